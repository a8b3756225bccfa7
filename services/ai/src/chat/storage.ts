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

/** Seconds without a sign of life after which state takes an answer for broken off. */
export const LEASE_SECONDS = 10;

/** System prompts that a conversation begins with are one, seldom more. */
const FIRST = 4;

type Owner = string | null;

/** Seconds after which state takes a call for lost that is no answer: longer than one takes. */
const HOLD_SECONDS = 600;

/** Where turns are kept: state, over the bus. All throw VegaError as state answers. */
export interface Storage {
  start(turn: {
    readonly owner: Owner;
    readonly conversation: string;
    /** Title of a conversation to be made; absent: it has to be there. */
    readonly title: string | undefined;
    readonly messages: NewMessage[];
    /** Id of the message that the turn starts from, null for the beginning; undefined: from the newest one. */
    readonly follows: string | null | undefined;
    readonly model: string;
    readonly prompt: Prompt;
    /** The most that the answer can take; a budget may not allow it. */
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
  /** What a conversation begins with, a few messages. */
  readFirst(owner: Owner, conversation: string): Promise<Message[]>;
  summarize(owner: Owner, conversation: string, text: string, upTo: string): Promise<void>;
  /** Reserves the most that a call can take that is no answer. @returns under which it is settled */
  hold(owner: Owner, charge: Charge): Promise<string>;
  /** Ends such a call. `counts`: it is one of the answers that usage tells of. */
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
