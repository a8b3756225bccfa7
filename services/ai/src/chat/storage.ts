import type {
  Charge,
  Conversation,
  Message,
  NewMessage,
  Outcome,
  Prompt,
  RequestContext,
  RequestInput,
} from "@vega/contracts";
import { conversations, messages, usage } from "@vega/contracts";
import type { Bus } from "@vega/messaging";
import { request } from "@vega/messaging";

/** Seconds without a checkpoint after which state stores a completion as truncated. */
export const LEASE_SECONDS = 10;

/** Messages read from the start of a conversation: it has one system prompt, rarely more. */
const FIRST = 4;

type Owner = string | null;

/** Lifetime of a budget hold outside of a conversation; longer than any call. */
const HOLD_SECONDS = 600;

/** State, over the bus. All methods throw VegaError. */
export interface Storage {
  start(turn: {
    readonly owner: Owner;
    readonly conversation: string;
    /** Title of a new conversation; undefined: the conversation must exist. */
    readonly title: string | undefined;
    readonly messages: NewMessage[];
    /** Id of the message that the turn follows; null: the start; undefined: the newest message. */
    readonly follows: string | null | undefined;
    readonly model: string;
    readonly prompt: Prompt;
    /** Budget to reserve. */
    readonly charge: Charge;
    readonly idempotency: { readonly key: string; readonly fingerprint: string } | null;
  }): Promise<{ readonly message: Message; readonly replayed: boolean }>;
  progress(part: {
    readonly owner: Owner;
    readonly message: string;
    readonly offset: number;
    readonly text: string;
  }): Promise<void>;
  finish(
    owner: Owner,
    message: string,
    outcome: Partial<Outcome> & Pick<Outcome, "status">,
  ): Promise<void>;
  /** A page of a conversation, the newest message first. */
  read(
    owner: Owner,
    conversation: string,
    cursor: number | null,
  ): Promise<{
    readonly conversation: Conversation;
    readonly messages: Message[];
    readonly next_cursor: number | null;
  }>;
  /** The first messages of a conversation. */
  readFirst(owner: Owner, conversation: string): Promise<Message[]>;
  summarize(owner: Owner, conversation: string, text: string, upTo: string): Promise<void>;
  /** Reserves budget for a call outside of a conversation. @returns id of the hold */
  hold(owner: Owner, charge: Charge): Promise<string>;
  /** Ends such a call. `counts`: usage statistics count it as a completion. */
  settle(
    owner: Owner,
    hold: string,
    outcome: Partial<Outcome> & Pick<Outcome, "status">,
    counts: boolean,
  ): Promise<void>;
}

export function createStorage(bus: Bus, context: RequestContext): Storage {
  const lease_seconds = LEASE_SECONDS;
  return {
    start: ({ owner, conversation, title, ...turn }) =>
      request(
        bus,
        messages.requests.start,
        {
          ...turn,
          owner,
          conversation_id: conversation,
          create: title === undefined ? null : { title },
          lease_seconds,
        },
        context,
      ),
    async progress({ owner, message, offset, text }) {
      const input = { owner, message_id: message, offset, text, lease_seconds };
      await request(bus, messages.requests.progress, input, context);
    },
    async finish(owner, message, outcome) {
      const input: RequestInput<typeof messages.requests.finish> = {
        owner,
        message_id: message,
        outcome,
      };
      await request(bus, messages.requests.finish, input, context);
    },
    read: (owner, conversation, cursor) =>
      request(
        bus,
        messages.requests.list,
        { owner, conversation_id: conversation, cursor, limit: 200, newest_first: true },
        context,
      ),
    async readFirst(owner, conversation) {
      const input = { owner, conversation_id: conversation, limit: FIRST };
      return (await request(bus, messages.requests.list, input, context)).messages;
    },
    async summarize(owner, conversation, text, upTo) {
      const input = { owner, conversation_id: conversation, text, up_to_message: upTo };
      await request(bus, conversations.requests.summarize, input, context);
    },
    async hold(owner, charge) {
      const input = { owner, charge, lease_seconds: HOLD_SECONDS };
      return (await request(bus, usage.requests.reserve, input, context)).hold_id;
    },
    async settle(owner, hold_id, outcome, counts) {
      await request(bus, usage.requests.settle, { owner, hold_id, outcome, counts }, context);
    },
  };
}
