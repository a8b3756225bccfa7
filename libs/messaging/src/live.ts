import type { LiveContract } from "@vega/contracts";
import { ANY_RESPONDER, inboxOf } from "@vega/contracts";
import type { z } from "zod";
import type { Bus } from "./connect.ts";
import { isFromSender } from "./inbox.ts";
import { readMessage } from "./wire.ts";

/** Publishes a live message to the current subscribers. While the bus is disconnected the message is dropped. */
export function publishLiveMessage<Data extends z.ZodType>(
  bus: Bus,
  contract: LiveContract<Data>,
  data: z.input<Data>,
): void {
  // The client would buffer the message and publish it late.
  if (!bus.connected()) return;
  // Without a reply; see `isFromSender`.
  bus.nats.publish(contract.subject, JSON.stringify(data), {
    reply: inboxOf(bus.name, ANY_RESPONDER),
  });
}

/** Subscribes to live messages. Those that do not match the contract are ignored. @returns unsubscribes. */
export function subscribeLiveMessages<Data extends z.ZodType>(
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
