import type { LiveContract } from "@vega/contracts";
import { ANY_RESPONDER, inboxOf } from "@vega/contracts";
import type { z } from "zod";
import type { Bus } from "./connect.ts";
import { isFromSender } from "./inbox.ts";
import { readMessage } from "./wire.ts";

/** Says something to whoever listens now. While the bus is away it is said to nobody. */
export function tell<Data extends z.ZodType>(
  bus: Bus,
  contract: LiveContract<Data>,
  data: z.input<Data>,
): void {
  // The client would keep it and say it when it is old.
  if (!bus.connected()) return;
  // No answer is wanted; see `isFromSender`.
  bus.nats.publish(contract.subject, JSON.stringify(data), {
    reply: inboxOf(bus.name, ANY_RESPONDER),
  });
}

/** Listens to what is said. What is out of contract is passed over. @returns stops that. */
export function listen<Data extends z.ZodType>(
  bus: Bus,
  contract: LiveContract<Data>,
  handle: (data: z.output<Data>) => void,
): () => void {
  const subscription = bus.nats.subscribe(contract.subject, {
    callback: (error, message) => {
      if (error || !isFromSender(message)) return;
      const data = readMessage(contract.data, message.string());
      if (data !== undefined) handle(data);
    },
  });
  return () => subscription.unsubscribe();
}
