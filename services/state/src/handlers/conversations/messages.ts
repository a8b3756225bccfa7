import type { Message, RequestContext } from "@vega/contracts";
import {
  appendMessages,
  finishMessage,
  listMessages,
  progressMessage,
  startMessage,
} from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { App } from "../../app/app.ts";
import * as answer from "../../domain/conversations/answer.ts";
import * as append from "../../domain/conversations/append.ts";
import { bytesOf } from "../../domain/conversations/documents.ts";
import { messagesOf, readConversation } from "./read.ts";

/** About how many bytes of messages one answer holds: it has to fit into a message of the bus. */
const PAGE_BYTES = 256 * 1024;

const requestOf = (context: RequestContext) => ({ request_id: context.request_id ?? null });

export function messageEndpoints({ store, writer, conversationLimits: limits }: App): Endpoint[] {
  return [
    endpoint(listMessages, async (input) => {
      const { owner, conversation_id, cursor, limit, newest_first: reverse } = input;
      const { sequence } = writer.head();
      const conversation = await readConversation(store, owner, conversation_id);
      const messages: Message[] = [];
      let bytes = 0;
      let more = false;
      for await (const message of messagesOf(store, conversation, {
        from: cursor ?? undefined,
        reverse,
      })) {
        const size = bytesOf(message);
        more = messages.length === limit || (messages.length > 0 && bytes + size > PAGE_BYTES);
        if (more) break;
        messages.push(message);
        bytes += size;
      }
      const next_cursor = more ? (messages.at(-1)?.position ?? null) : null;
      return { sequence, conversation, messages, next_cursor };
    }),
    endpoint(appendMessages, async (input, { context, deadline }) => {
      const command = append.appendMessages({ ...input, ...requestOf(context) }, limits);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, messages: result };
    }),
    endpoint(startMessage, async (input, { context, deadline }) => {
      const command = append.startMessage({ ...input, ...requestOf(context) }, limits);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, ...result };
    }),
    endpoint(progressMessage, async (input, { context, deadline }) => {
      const command = answer.progressMessage(input, limits);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, ...result };
    }),
    endpoint(finishMessage, async (input, { context, deadline }) => {
      const command = answer.finishMessage(input, limits);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, message: result };
    }),
  ];
}
