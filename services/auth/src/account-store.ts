import type { RequestContext, RequestContract, RequestInput, RequestOutput } from "@vega/contracts";
import type { Bus } from "@vega/messaging";
import { request } from "@vega/messaging";

/** The stored accounts: requests to state over the bus. */
export interface AccountStore {
  /** @throws VegaError, as `request` of messaging does */
  request<Contract extends RequestContract>(
    contract: Contract,
    input: RequestInput<Contract>,
    context: RequestContext,
  ): Promise<RequestOutput<Contract>>;
  /** The highest sequence in state's replies so far, for replies that need no request to state. */
  lastSequence(): number;
}

export function accountStoreOf(bus: Bus): AccountStore {
  let lastSequence = 0;
  return {
    lastSequence: () => lastSequence,
    async request(contract, input, context) {
      const reply = await request(bus, contract, input, context);
      const { sequence } = reply as { sequence?: number };
      lastSequence = Math.max(lastSequence, sequence ?? 0);
      return reply as RequestOutput<typeof contract>;
    },
  };
}
