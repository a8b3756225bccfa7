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
 * Publishes messages to a stream one after the other, each fenced by the one before it, without waiting for
 * one before sending the next. One inbox and one timer serve all of them, where a request each would cost more
 * than the message.
 * @param lastSequence the stream's last sequence, behind which the first message goes.
 * @returns how many of them, from the first on, the stream has stored in their places. Fewer than all: another
 * publisher was there first, or the bus did not answer in time or over the same connection.
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
  // What went out on a connection that broke is answered to nobody.
  const offReconnect = bus.onReconnect(resolve);
  const subscription = bus.nats.subscribe(`${inbox}.*`, {
    callback: (error, reply) => {
      const index = Number(reply.subject.slice(inbox.length + 1));
      // No stream takes the subject, or the fence was not where it should be: what follows is refused too.
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

/** Whether an acknowledgement of JetStream says that the message is in the stream, at its place. */
function isStored(text: string, sequence: number): boolean {
  if (text === "") return false;
  const ack = JSON.parse(text) as { seq?: number; error?: unknown };
  return ack.error === undefined && ack.seq === sequence;
}
