import { ANY_RESPONDER } from "@vega/contracts";
import { headers } from "nats";
import type { Bus } from "./connect.ts";
import { newInbox } from "./inbox.ts";

const TIMEOUT_MS = 3_000;

export interface OrderedMessage {
  readonly subject: string;
  readonly payload: string;
  /** Becomes `Nats-Msg-Id`. */
  readonly id: string;
}

/**
 * Publishes messages to a stream in order, each fenced by its predecessor, without waiting for one acknowledgement before
 * sending the next. All share one inbox and one timer: a request each would cost more than the message.
 * @param lastSequence the stream's last sequence, which the first message follows.
 * @returns the number of messages, from the first on, that the stream has stored at their places. Fewer than all: another
 * publisher was first, or acknowledgements were missing at the timeout or after a reconnect.
 */
export async function publishInOrder(
  bus: Bus,
  messages: readonly OrderedMessage[],
  lastSequence: number,
): Promise<number> {
  if (!bus.connected()) return 0;
  const inbox = newInbox(bus, ANY_RESPONDER);
  const stored = new Set<number>();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, TIMEOUT_MS);
  // Acknowledgements for a broken connection are lost.
  const offReconnect = bus.onReconnect(resolve);
  const subscription = bus.nats.subscribe(`${inbox}.*`, {
    callback: (error, reply) => {
      const index = Number(reply.subject.slice(inbox.length + 1));
      // No stream has the subject, or the fence failed: the following messages are refused, too.
      if (error || !isStored(reply.string(), lastSequence + index + 1)) return resolve();
      stored.add(index);
      if (stored.size === messages.length) resolve();
    },
  });
  try {
    for (const [index, { subject, payload, id }] of messages.entries()) {
      const fence = headers();
      fence.set("Nats-Msg-Id", id);
      fence.set("Nats-Expected-Last-Sequence", String(lastSequence + index));
      bus.nats.publish(subject, payload, { headers: fence, reply: `${inbox}.${index}` });
    }
    await promise;
  } finally {
    clearTimeout(timer);
    offReconnect();
    subscription.unsubscribe();
  }
  let count = 0;
  while (stored.has(count)) count += 1;
  return count;
}

/** Whether JetStream's acknowledgement confirms the message at its place in the stream. */
function isStored(text: string, sequence: number): boolean {
  if (text === "") return false;
  const ack = JSON.parse(text) as { seq?: number; error?: unknown };
  return ack.error === undefined && ack.seq === sequence;
}
