import { setTimeout as delay } from "node:timers/promises";
import type { Target } from "../cluster/target.ts";

/** A completion that the client received completely. */
export interface Completion {
  readonly conversation: string;
  readonly text: string;
}

/** A client that requests completions until it is stopped, every other one as a stream. */
export interface ChatClient {
  /** Unique question → completion. */
  readonly acknowledged: ReadonlyMap<string, Completion>;
  stop(): Promise<void>;
}

type ChatTarget = Pick<Target, "api" | "token" | "model">;

interface Chunk {
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string };
    readonly finish_reason?: string | null;
  }[];
}

/** Requests one completion. Undefined: it failed or was incomplete. */
export async function completeOnce(
  { api, token, model }: ChatTarget,
  question: string,
  stream: boolean,
): Promise<Completion | undefined> {
  const body = { model, stream, messages: [{ role: "user", content: question }] };
  const response = await fetch(`${api.url}/v1/chat/completions`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const conversation = response.headers.get("vega-conversation");
  if (response.status !== 200 || !conversation) return undefined;
  if (!stream) {
    const { choices } = JSON.parse(text) as {
      choices: readonly { message: { content: string } }[];
    };
    return { conversation, text: choices[0]?.message.content ?? "" };
  }
  const data = text.split("\n\n").flatMap((frame) => /^data: (.*)$/m.exec(frame)?.[1] ?? []);
  if (data.at(-1) !== "[DONE]") return undefined;
  const chunks = data.slice(0, -1).map((chunk) => JSON.parse(chunk) as Chunk);
  if (!chunks.some(({ choices }) => choices?.[0]?.finish_reason === "stop")) return undefined;
  const deltas = chunks.map(({ choices }) => choices?.[0]?.delta?.content ?? "");
  return { conversation, text: deltas.join("") };
}

export function startChatClient(platform: ChatTarget, name: string, pauseMs: number): ChatClient {
  const acknowledged = new Map<string, Completion>();
  let stopped = false;
  const running = (async () => {
    for (let count = 1; !stopped; count += 1) {
      const question = `${name} question ${count}`;
      // ai or the gateway may be down.
      const completion = await completeOnce(platform, question, count % 2 === 0).catch(
        () => undefined,
      );
      if (completion) acknowledged.set(question, completion);
      await delay(pauseMs);
    }
  })();
  return {
    acknowledged,
    async stop() {
      stopped = true;
      await running;
    },
  };
}
