import type { Message, MessageDelta } from "@vega/contracts";

/** Between two times that listeners are told: a word each would cost more than it is worth to them. */
const TELL_EVERY_MS = 100;

/** Tells listeners what arrives of an answer, beside its way to the caller. */
export interface Teller {
  /** More may have arrived. */
  note(): void;
  /** What was told is void: it is told from the beginning. */
  startAnew(): void;
  /** Tells the rest, and no more. */
  stop(): void;
}

/** @param text all that has arrived */
export function createTeller(
  { id, owner, conversation_id }: Pick<Message, "id" | "owner" | "conversation_id">,
  text: () => string,
  tell: (delta: MessageDelta) => void,
): Teller {
  let offset = 0;
  let timer: NodeJS.Timeout | undefined;
  const say = () => {
    timer = undefined;
    const more = text().slice(offset);
    if (more === "") return;
    tell({ owner, conversation_id, message_id: id, offset, text: more });
    offset += more.length;
  };
  return {
    note() {
      timer ??= setTimeout(say, TELL_EVERY_MS);
    },
    startAnew() {
      offset = 0;
    },
    stop() {
      clearTimeout(timer);
      say();
    },
  };
}
