import type { RequestContext, RequestContract } from "@vega/contracts";
import type { Bus, Follower } from "@vega/messaging";
import { request } from "@vega/messaging";
import type { z } from "zod";

/** How long a write waits until a read shows it, and a reader for the sequence it wants, in milliseconds. */
export const READ_MODEL_WAIT_MS = 2_000;

/** An answer that says where the log was. */
type Sequenced = z.ZodType<{ sequence: number }>;

/** Asks the other services; throws VegaError as they answer. */
export interface ServiceClient {
  ask<Input extends z.ZodType, Output extends z.ZodType>(
    contract: RequestContract<Input, Output>,
    input: z.input<Input>,
    context: RequestContext,
  ): Promise<z.output<Output>>;
  /** Asks for a change of the crystal and waits until the read model shows it, so that a read right after does. */
  change<Input extends z.ZodType, Output extends Sequenced>(
    contract: RequestContract<Input, Output>,
    input: z.input<Input>,
    context: RequestContext,
  ): Promise<z.output<Output>>;
}

export function createServiceClient(bus: Bus, follower: Follower): ServiceClient {
  const ask: ServiceClient["ask"] = (contract, input, context) =>
    request(bus, contract, input, context);
  return {
    ask,
    async change(contract, input, context) {
      const answer = await ask(contract, input, context);
      // The change is made whether or not it shows in time.
      await follower.reached(answer.sequence, READ_MODEL_WAIT_MS);
      return answer;
    },
  };
}
