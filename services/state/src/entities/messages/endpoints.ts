import type { Message, RequestContext } from "@vega/contracts";
import { VegaError, messages } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { StateContext } from "../../state-context.ts";
import { decideFinishMessage, decideProgressMessage } from "./finish.ts";
import { IN_FLIGHT, decideStartMessage } from "./start.ts";
import type { Owner } from "../conversations/documents.ts";
import { idempotencyKeyRef, bytesOf, leaseRef, messageRef } from "../conversations/documents.ts";
import type { Store } from "../../store/store.ts";
import { leasesOf, messagesOf, readConversation } from "../conversations/read.ts";

/** Approximate bytes of one page: a reply has to fit into a message of the bus. */
const PAGE_BYTES = 256 * 1024;

/** Expired idempotency keys that are deleted with a new one. */
const EXPIRED_KEYS = 20;

const requestOf = (context: RequestContext) => ({ request_id: context.request_id ?? null });

/** The message of an idempotency key. Throws VegaError where no other one may start now. */
async function findHeld(
  store: Store,
  owner: Owner,
  { key, fingerprint }: { readonly key: string; readonly fingerprint: string },
  now: string,
) {
  const held = await store.get("answer_keys", idempotencyKeyRef(owner, key).id);
  if (!held) return undefined;
  // An expired key no longer counts.
  if (held.expires_at <= now) return { message_id: held.message_id, message: undefined };
  if (held.fingerprint !== fingerprint) {
    const message = "the idempotency key was used with another request; take a new one";
    throw new VegaError("key_reused", message);
  }
  const { message_id } = held;
  // Undefined once its conversation was deleted.
  const message = await store.get("messages", messageRef(owner, message_id).id);
  if (message?.status === "streaming") throw new VegaError("conflict", IN_FLIGHT);
  return { message_id, message };
}

export function messageEndpoints({
  store,
  writer,
  now,
  conversationLimits: limits,
}: StateContext): Endpoint[] {
  return [
    endpoint(messages.requests.list, async (input) => {
      const { owner, conversation_id, cursor, limit, newest_first: reverse, all_branches } = input;
      const { sequence } = writer.head();
      const conversation = await readConversation(store, owner, conversation_id);
      const page: Message[] = [];
      let bytes = 0;
      let more = false;
      const all = { path: [{ from: 0, to: conversation.message_count - 1 }] };
      for await (const message of messagesOf(store, conversation, {
        ...(all_branches && all),
        from: cursor ?? undefined,
        reverse,
      })) {
        const size = bytesOf(message) + JSON.stringify(message.orchestra ?? null).length;
        more = page.length === limit || (page.length > 0 && bytes + size > PAGE_BYTES);
        if (more) break;
        page.push(message);
        bytes += size;
      }
      const next_cursor = more ? (page.at(-1)?.position ?? null) : null;
      return { sequence, conversation, messages: page, next_cursor };
    }),
    endpoint(messages.requests.listPending, async ({ owner, conversation_id }) => {
      const { sequence } = writer.head();
      const conversation = await readConversation(store, owner, conversation_id);
      const leases = await leasesOf(store, conversation);
      return { sequence, message_ids: leases.map(({ message_id }) => message_id) };
    }),
    endpoint(messages.requests.start, async (input, { context, deadline }) => {
      const { idempotency: asked } = input;
      const held = asked && (await findHeld(store, input.owner, asked, now()));
      if (held?.message?.status === "complete") {
        const { message } = held;
        const { sequence } = writer.head();
        return { sequence, message, appended: [], lease_until: message.updated_at, replayed: true };
      }
      const over = asked
        ? await store.query("answer_keys", { expiresUntil: now(), limit: EXPIRED_KEYS })
        : [];
      const expired = over.map(({ body }) => body);
      const idempotency = asked && { ...asked, replacing: held?.message_id, expired };
      const beginning = { ...input, ...requestOf(context), idempotency };
      const command = decideStartMessage(beginning, limits);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, ...result, replayed: false };
    }),
    endpoint(messages.requests.progress, async (input, { context, deadline }) => {
      const command = decideProgressMessage(input, limits);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, ...result };
    }),
    endpoint(messages.requests.finish, async (input, { context, deadline }) => {
      const { id } = leaseRef(input.owner, input.message_id);
      const lease = await store.get("message_leases", id);
      const command = decideFinishMessage(input, limits, lease);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, message: result };
    }),
  ];
}
