import type { Conversation, Message, RequestContext } from "@vega/contracts";
import { conversations, currentPath, isOnPath, messages, textOf } from "@vega/contracts";
import type { ServiceClient } from "../service-client.ts";

/* Streams conversations as text: a whole one may be larger than memory. */

type Requests = Pick<ServiceClient, "request">;

/** Messages of one page; the reply may hold fewer large ones. */
const PAGE = 500;

/** Documents as their owner sees them: without the field `owner`. */
export const showConversation = ({ owner: _owner, ...conversation }: Conversation) => conversation;
export function showMessageOf(conversation: Conversation) {
  const isReplaced = isReplacedIn(conversation);
  return ({ owner: _owner, ...message }: Message) => ({
    ...message,
    ...(isReplaced(message) && { replaced: true as const }),
  });
}

function isReplacedIn(conversation: Conversation) {
  const path = currentPath(conversation);
  // The branch of a message that is newer than the read of the conversation is unknown.
  return ({ position }: Pick<Message, "position">) =>
    position < conversation.message_count && !isOnPath(path, position);
}

/** Reads a conversation and streams its messages of all branches. Throws VegaError before the first message. */
export async function openConversation(
  services: Requests,
  at: { owner: string | null; conversation_id: string },
  context: RequestContext,
) {
  const page = (cursor: number | null) =>
    services.request(
      messages.requests.list,
      { ...at, cursor, limit: PAGE, all_branches: true },
      context,
    );
  const first = await page(null);
  async function* readMessages(): AsyncGenerator<Message> {
    for (let result = first; ; result = await page(result.next_cursor)) {
      yield* result.messages;
      if (result.next_cursor === null) return;
    }
  }
  return { sequence: first.sequence, conversation: first.conversation, stored: readMessages() };
}

type Opened = Awaited<ReturnType<typeof openConversation>>;

/** One JSON object: the conversation with its `messages`. */
export async function* toJson({
  conversation,
  stored,
}: Pick<Opened, "conversation" | "stored">): AsyncGenerator<string> {
  const head = JSON.stringify(showConversation(conversation));
  yield `${head.slice(0, -1)},"messages":[`;
  const show = showMessageOf(conversation);
  let separator = "\n";
  for await (const message of stored) {
    yield separator + JSON.stringify(show(message));
    separator = ",\n";
  }
  yield "]}\n";
}

export async function* toMarkdown({
  conversation,
  stored,
}: Pick<Opened, "conversation" | "stored">): AsyncGenerator<string> {
  const title = conversation.title.replaceAll(/\s+/g, " ").trim();
  yield `# ${title || "Conversation"}\n\n${conversation.created_at}\n`;
  const isReplaced = isReplacedIn(conversation);
  for await (const message of stored) yield messageMarkdown(message, isReplaced(message));
}

/** A message under its role. Parts other than text are shown as JSON; an incomplete message shows its status. */
export function messageMarkdown(message: Message, isReplaced = false): string {
  const { role, created_at, model, status, content, tool_calls } = message;
  const about = [
    created_at,
    ...(model ? [model] : []),
    ...(status === "complete" ? [] : [status]),
    ...(isReplaced ? ["replaced"] : []),
  ];
  const others =
    typeof content === "string" ? [] : (content ?? []).filter((part) => part["type"] !== "text");
  const json = [...others, ...(tool_calls ?? [])];
  const blocks = [
    `## ${role}`,
    `_${about.join(" · ")}_`,
    textOf(content),
    ...json.map((one) => fenced(JSON.stringify(one, null, 2))),
  ];
  return `\n${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

/** A fence longer than any in the text, which would end it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}json\n${text}\n${fence}`;
}

/** Streams all conversations of an owner as a JSON array. Throws VegaError before the first part if state is unavailable. */
export async function allToJson(
  services: Requests,
  owner: string,
  context: RequestContext,
): Promise<AsyncGenerator<string>> {
  const page = (cursor: string | null) =>
    services.request(conversations.requests.list, { owner, cursor, limit: 200 }, context);
  const first = await page(null);
  return (async function* pieces() {
    yield "[";
    let separator = "";
    for (let result = first; ; result = await page(result.next_cursor)) {
      for (const { id } of result.conversations) {
        yield separator;
        yield* toJson(await openConversation(services, { owner, conversation_id: id }, context));
        separator = ",";
      }
      if (result.next_cursor === null) break;
    }
    yield "]";
  })();
}
