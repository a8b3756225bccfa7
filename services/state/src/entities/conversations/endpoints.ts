import type { Message } from "@vega/contracts";
import { VegaError, conversations, pathTo, readMessageId } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import { randomUUID } from "node:crypto";
import type { StateContext } from "../../state-context.ts";
import {
  decideCreateConversation,
  decideDeleteConversation,
  decideRenameConversation,
  decideSummarizeConversation,
} from "./commands.ts";
import { bytesOf, NO_MESSAGE } from "./documents.ts";
import type { Owner } from "./documents.ts";
import { decideForkConversation } from "./fork.ts";
import { conversationsOf, leasesOf, messagesOf, readConversation } from "./read.ts";
import { search } from "./search.ts";

/** Attempts where messages are added meanwhile. */
const DELETE_ATTEMPTS = 5;

export function conversationEndpoints(app: StateContext): Endpoint[] {
  const { store, writer, conversationLimits: limits } = app;

  /** The path to a message on any branch, and the message. Throws VegaError. */
  const readFork = async (owner: Owner, id: string, last: string): Promise<Message[]> => {
    const { conversation_id, position } = readMessageId(last);
    if (conversation_id !== id) {
      throw new VegaError("invalid", `${last} is no message of this conversation`);
    }
    const messages: Message[] = [];
    let bytes = 0;
    const conversation = await readConversation(store, owner, id);
    if (position >= conversation.message_count) throw new VegaError("not_found", NO_MESSAGE);
    const path = pathTo(conversation, position);
    for await (const message of messagesOf(store, conversation, { path })) {
      bytes += bytesOf(message);
      if (bytes > limits.forkBytes) {
        throw new VegaError("too_large", `a fork may copy at most ${limits.forkBytes} bytes`);
      }
      messages.push(message);
    }
    if (messages.at(-1)?.position !== position) throw new VegaError("not_found", NO_MESSAGE);
    return messages;
  };

  return [
    endpoint(conversations.requests.create, async (input, { context, deadline }) => {
      const asked = { ...input, conversation_id: input.conversation_id ?? randomUUID() };
      const command = decideCreateConversation(asked, limits);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, conversation: result };
    }),
    endpoint(conversations.requests.list, async ({ owner, ...page }) => {
      const { sequence } = writer.head();
      const { conversations: found, next } = await conversationsOf(store, owner, page);
      return { sequence, conversations: found, next_cursor: next };
    }),
    endpoint(conversations.requests.search, async (input) => {
      const { sequence } = writer.head();
      return { sequence, ...(await search(store, input)) };
    }),
    endpoint(conversations.requests.get, async ({ owner, conversation_id }) => {
      const { sequence } = writer.head();
      return { sequence, conversation: await readConversation(store, owner, conversation_id) };
    }),
    endpoint(conversations.requests.rename, async (input, { context, deadline }) => {
      const { owner, conversation_id, title } = input;
      const command = decideRenameConversation(owner, conversation_id, title, limits);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, conversation: result };
    }),
    endpoint(conversations.requests.summarize, async (input, { context, deadline }) => {
      const command = decideSummarizeConversation(input, limits);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, conversation: result };
    }),
    endpoint(
      conversations.requests.delete,
      async ({ owner, conversation_id }, { context, deadline }) => {
        for (let attempt = 1; ; attempt += 1) {
          const known = await readConversation(store, owner, conversation_id);
          const leases = await leasesOf(store, known);
          const command = decideDeleteConversation(known, leases);
          try {
            const { sequence } = await writer.submit(command, context, deadline);
            return { sequence };
          } catch (error) {
            // A message was added since the read.
            const isMoved = error instanceof VegaError && error.code === "conflict";
            if (!isMoved || attempt === DELETE_ATTEMPTS) throw error;
          }
        }
      },
    ),
    endpoint(conversations.requests.fork, async (input, { context, deadline }) => {
      const { owner, conversation_id: from, message_id, title } = input;
      const messages = await readFork(owner, from, message_id);
      const command = decideForkConversation(
        { owner, from, id: randomUUID(), title, messages },
        limits,
      );
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, conversation: result };
    }),
  ];
}
