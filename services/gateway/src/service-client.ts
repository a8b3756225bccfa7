import type { RequestContext, RequestContract } from "@vega/contracts";
import type { Bus, Follower } from "@vega/messaging";
import { request } from "@vega/messaging";
import type { z } from "zod";

/** Time that a write waits for the read model, and a read for `Vega-Min-Sequence`, in milliseconds. */
export const READ_MODEL_WAIT_MS = 2_000;

/** A reply with the sequence of the log. */
type Sequenced = z.ZodType<{ sequence: number }>;

/** Sends requests to the other services. Throws the VegaError of their replies. */
export interface ServiceClient {
  request<Input extends z.ZodType, Output extends z.ZodType>(
    contract: RequestContract<Input, Output>,
    input: z.input<Input>,
    context: RequestContext,
  ): Promise<z.output<Output>>;
  /** Requests a change of the crystal and waits until the read model shows it: the next read returns it. */
  change<Input extends z.ZodType, Output extends Sequenced>(
    contract: RequestContract<Input, Output>,
    input: z.input<Input>,
    context: RequestContext,
  ): Promise<z.output<Output>>;
}

export function createServiceClient(bus: Bus, follower: Follower): ServiceClient {
  return {
    request: (contract, input, context) => request(bus, contract, input, context),
    async change(contract, input, context) {
      const result = await request(bus, contract, input, context);
      // A timeout here is not an error: the change is stored.
      await follower.reached(result.sequence, READ_MODEL_WAIT_MS);
      return result;
    },
  };
}
