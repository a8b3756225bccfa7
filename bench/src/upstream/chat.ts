/*
 * Chat completion requests of this benchmark, and their responses.
 * Source: https://platform.openai.com/docs/api-reference/chat
 */

export interface ChatBody {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
}

const QUESTION = "What do ravens know, and whom do they tell? Request ";

/** @param nonce unique to this request; the completion must contain it */
export function chatBody(model: string, stream: boolean, nonce: string): ChatBody {
  return {
    model,
    messages: [
      { role: "system", content: "You are brief." },
      { role: "user", content: QUESTION + nonce },
    ],
    ...(stream && { stream }),
  };
}

/** The nonce of a request. Throws Error when a gateway has changed the question. */
export function nonceOfRequest({ messages }: ChatBody): string {
  const question = messages.findLast(({ role }) => role === "user")?.content ?? "";
  if (!question.startsWith(QUESTION)) throw new Error("the question has been changed");
  return question.slice(QUESTION.length);
}

interface Choice<Content> {
  readonly choices?: readonly (Content & { readonly finish_reason?: string | null })[];
}
export type Completion = Choice<{ readonly message?: { readonly content?: string } }>;
export type CompletionChunk = Choice<{ readonly delta?: { readonly content?: string } }> & {
  readonly error?: unknown;
};
