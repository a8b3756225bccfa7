import type { Message, MessageDelta } from "@vega/contracts";

/** Interval of publications: one per token would cost more than it is worth. */
const INTERVAL_MS = 100;

/** Publishes the text of a completion on the bus, for other tabs and devices. */
export interface DeltaBroadcaster {
  /** Schedules a publication: the text may have grown. */
  schedule(): void;
  /** The text is void and is published from offset 0. */
  restart(): void;
  /** Publishes the rest and stops. */
  stop(): void;
}

/** @param text all text so far */
export function createDeltaBroadcaster(
  { id, owner, conversation_id }: Pick<Message, "id" | "owner" | "conversation_id">,
  text: () => string,
  publish: (delta: MessageDelta) => void,
): DeltaBroadcaster {
  let offset = 0;
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    timer = undefined;
    const more = text().slice(offset);
    if (more === "") return;
    publish({ owner, conversation_id, message_id: id, offset, text: more });
    offset += more.length;
  };
  return {
    schedule() {
      timer ??= setTimeout(flush, INTERVAL_MS);
    },
    restart() {
      offset = 0;
    },
    stop() {
      clearTimeout(timer);
      flush();
    },
  };
}
