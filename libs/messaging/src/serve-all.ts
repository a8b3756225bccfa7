import type { RequestContext, RequestContract } from "@vega/contracts";
import type { z } from "zod";
import type { Bus } from "./connect.ts";
import { isFromSender } from "./inbox.ts";
import { decodeContext, readMessage } from "./wire.ts";

/**
 * Serves a broadcast request. An instance that the request does not concern returns undefined from `handle` and sends no
 * reply.
 * @returns stops serving.
 */
export function serveAll<Input extends z.ZodType, Output extends z.ZodType>(
  bus: Bus,
  contract: RequestContract<Input, Output>,
  handle: (input: z.output<Input>, context: RequestContext) => z.input<Output> | undefined,
): () => void {
  if (!contract.broadcast) throw new Error(`${contract.subject} is not a broadcast request`);
  const subscription = bus.nats.subscribe(contract.subject, {
    callback: (error, message) => {
      if (error || !isFromSender(message)) return;
      const input = readMessage(contract.input, message.string());
      if (input === undefined) return;
      const { context } = decodeContext(message.headers, Date.now());
      const reply = handle(input, context);
      if (reply !== undefined) message.respond(JSON.stringify(reply));
    },
  });
  return () => subscription.unsubscribe();
}
