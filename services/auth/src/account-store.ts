import type { RequestContext, RequestContract, RequestInput, RequestOutput } from "@vega/contracts";
import type { Bus } from "@vega/messaging";
import { request } from "@vega/messaging";

/** What keeps the accounts: state, over the bus. */
export interface AccountStore {
  /** Throws VegaError, as `request` of messaging does. */
  request<Contract extends RequestContract>(
    contract: Contract,
    input: RequestInput<Contract>,
    context: RequestContext,
  ): Promise<RequestOutput<Contract>>;
  /** The newest sequence that an answer carried, for answers that state is not asked for. */
  heard(): number;
}

export function accountStoreOf(bus: Bus): AccountStore {
  let heard = 0;
  return {
    heard: () => heard,
    async request(contract, input, context) {
      const answer = await request(bus, contract, input, context);
      const { sequence } = answer as { sequence?: number };
      heard = Math.max(heard, sequence ?? 0);
      return answer as RequestOutput<typeof contract>;
    },
  };
}
