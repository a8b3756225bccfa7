import type { Charge, Conversation, Message, NewMessage, Prompt } from "@vega/contracts";
import { messageId, messages, timeAfter } from "@vega/contracts";
import type { Change } from "../../store/store.ts";
import type { IdempotencyKey } from "../../store/collections.ts";
import { remove, subjectOf } from "../../store/document-ref.ts";
import type { Command, Decision, NewEvent, DecisionView } from "../../log/decision.ts";
import { accept, event, refuse } from "../../log/decision.ts";
import { reserve } from "../usage/charge.ts";
import { budgetRefs } from "../usage/documents.ts";
import { branchFrom } from "../conversations/branch.ts";
import { created, freshConversation, titleProblem } from "../conversations/commands.ts";
import type { Owner } from "../conversations/documents.ts";
import {
  accountRefs,
  idempotencyKeyRef,
  bytesOf,
  conversationRef,
  isOrphan,
  messageRef,
  NO_CONVERSATION,
  ORPHANED,
  putIdempotencyKey,
  putConversation,
  putLease,
  putMessage,
  readIdempotencyKey,
  readConversation,
} from "../conversations/documents.ts";
import type { ConversationLimits } from "../conversations/limits.ts";

/** Messages to add, and their conversation. */
export interface NewMessages {
  readonly owner: Owner;
  readonly conversation_id: string;
  /** Creates the conversation if it is missing. */
  readonly create?: { readonly title: string } | null | undefined;
  readonly messages: readonly NewMessage[];
  readonly request_id: string | null;
}

const refsOf = ({ owner, conversation_id }: NewMessages) => [
  ...accountRefs(owner),
  conversationRef(owner, conversation_id),
];

/** Members of a message that its end sets. */
const UNANSWERED = {
  model: null,
  provider: null,
  usage: null,
  cost_usd: null,
  latency_ms: null,
  first_token_ms: null,
  attempts: [],
  finish_reason: null,
  error: null,
  prompt: null,
} satisfies Partial<Message>;

export const IN_FLIGHT = "a request with this idempotency key is in progress";

export interface Started {
  readonly appended: Message[];
  readonly message: Message;
  readonly lease_until: string;
}

/** Lifetime of an idempotency key, ms. */
const KEY_MS = 24 * 3_600_000;

export interface Beginning extends NewMessages, Pick<Message, "model" | "provider"> {
  readonly lease_seconds: number;
  /** See {@link branchFrom}. */
  readonly follows?: string | null | undefined;
  readonly prompt: Prompt | null;
  /** The upper bound of the completion's cost; null: unknown. */
  readonly charge: Charge | null;
  /**
   * `replacing`: the message of the key that this one replaces, if any. `expired`: other keys that seem to have expired;
   * they are deleted in the same commit.
   */
  readonly idempotency: {
    readonly key: string;
    readonly fingerprint: string;
    readonly replacing: string | undefined;
    readonly expired: readonly Pick<IdempotencyKey, "owner" | "key">[];
  } | null;
}

/** Adds messages and starts the assistant message that follows them. */
export function decideStartMessage(
  beginning: Beginning,
  limits: ConversationLimits,
): Command<Started> {
  const { owner, model, provider, request_id, lease_seconds, prompt, charge, idempotency } =
    beginning;
  const addition = beginning;
  const keyRefs = idempotency
    ? [idempotency, ...idempotency.expired].map((one) =>
        idempotencyKeyRef("owner" in one ? one.owner : owner, one.key),
      )
    : [];
  return {
    reads: [...refsOf(addition), ...keyRefs, ...budgetRefs(owner, charge)],
    decide(view, now) {
      const holder = idempotency && readIdempotencyKey(view, owner, idempotency.key);
      if (holder && holder.message_id !== idempotency.replacing)
        return refuse("conflict", IN_FLIGHT);
      const opened = open(view, addition, limits, addition.messages.length + 1, now);
      if (!opened.ok) return opened;
      const { before, conversation: unbranched } = opened.result;
      const branched = branchFrom(unbranched, beginning.follows, limits);
      if (!branched.ok) return branched;
      const conversation = branched.result;
      const reserved = reserve(view, owner, charge, now);
      if (!reserved.ok) return reserved;
      const { reservation, changes } = reserved.result;
      const appended = wholeMessages(addition, conversation, now);
      const position = conversation.message_count + appended.length;
      const message: Message = {
        ...UNANSWERED,
        id: messageId(conversation.id, position),
        conversation_id: conversation.id,
        owner,
        position,
        role: "assistant",
        content: "",
        status: "streaming",
        model,
        provider,
        created_at: now,
        updated_at: now,
        request_id,
        prompt,
      };
      const lease_until = timeAfter(now, lease_seconds * 1_000);
      const next = grown(conversation, appended.length + 1, now);
      const data = {
        conversation_id: conversation.id,
        owner,
        message_id: message.id,
        model,
        provider,
        ...(conversation !== unbranched && { follows: beginning.follows }),
      };
      const started = event(
        messages.events.started,
        subjectOf(messageRef(owner, message.id)),
        data,
        [
          putMessage(message),
          putLease(message, lease_until, reservation),
          ...changes,
          ...putConversation(next, before),
          ...(idempotency?.expired ?? []).flatMap(({ owner: whose, key }) => {
            const over = readIdempotencyKey(view, whose, key);
            return over && over.expires_at <= now ? [remove(idempotencyKeyRef(whose, key))] : [];
          }),
          ...(idempotency ? [putIdempotencyKey(keyOf(message, idempotency, now))] : []),
        ],
      );
      return accept([...opened.events, ...appendedEvents(appended, []), started], {
        appended,
        message,
        lease_until,
      });
    },
  };
}

const keyOf = (
  { owner, id: message_id }: Message,
  { key, fingerprint }: { readonly key: string; readonly fingerprint: string },
  now: string,
) => ({ owner, key, fingerprint, message_id, expires_at: timeAfter(now, KEY_MS) });

/** The conversation of the new messages, created if requested. `before`: the stored one. */
function open(
  view: DecisionView,
  addition: NewMessages,
  limits: ConversationLimits,
  adding: number,
  now: string,
): Decision<{ before: Conversation | undefined; conversation: Conversation }> {
  const { owner, conversation_id: id, create, messages: added } = addition;
  if (isOrphan(view, owner)) return refuse("unauthorized", ORPHANED);
  const before = readConversation(view, owner, id);
  if (!before && !create) return refuse("not_found", NO_CONVERSATION);
  const title = before?.title ?? create?.title ?? "";
  const fault = before ? undefined : titleProblem(title, limits);
  if (fault) return fault;
  const conversation = before ?? freshConversation({ owner, id, title }, now);
  if (conversation.message_count + adding > limits.messages) {
    return refuse(
      "limit_exceeded",
      `a conversation may have at most ${limits.messages} messages; fork it or begin another`,
    );
  }
  const large = added.findIndex((message) => bytesOf(message) > limits.messageBytes);
  if (large >= 0) {
    return refuse("too_large", `a message may have at most ${limits.messageBytes} bytes`, [
      { path: `/messages/${large}`, message: "make it shorter" },
    ]);
  }
  // The message events carry its documents, with the final message count.
  return accept(before ? [] : [created(conversation, [])], { before, conversation });
}

const wholeMessages = (
  { owner, messages: added, request_id }: NewMessages,
  { id, message_count }: Conversation,
  now: string,
): Message[] =>
  added.map((message, n) => ({
    ...UNANSWERED,
    ...message,
    id: messageId(id, message_count + n),
    conversation_id: id,
    owner,
    position: message_count + n,
    status: "complete",
    created_at: now,
    updated_at: now,
    request_id,
  }));

const grown = (conversation: Conversation, by: number, now: string): Conversation => ({
  ...conversation,
  updated_at: now,
  message_count: conversation.message_count + by,
});

/** One event per message; the first carries the conversation's documents. */
const appendedEvents = (added: readonly Message[], also: readonly Change[]): NewEvent[] =>
  added.map((message, n) => {
    const { owner, id, conversation_id, role } = message;
    const bytes = bytesOf(message);
    return event(
      messages.events.appended,
      subjectOf(messageRef(owner, id)),
      { conversation_id, owner, message_id: id, role, status: "complete" as const, bytes },
      [putMessage(message), ...(n === 0 ? also : [])],
    );
  });
