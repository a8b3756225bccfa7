import { VegaError, ownerKey, usage } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import { randomUUID } from "node:crypto";
import type { StateContext } from "../../state-context.ts";
import { decideReserveUsage, decideSettleUsage } from "./holds.ts";

/** What calls hold that are no answers of a conversation. */
export function holdEndpoints({ store, writer }: StateContext): Endpoint[] {
  return [
    endpoint(usage.requests.reserve, async (input, { context, deadline }) => {
      const hold_id = randomUUID();
      const command = decideReserveUsage({ ...input, hold_id });
      const { sequence } = await writer.submit(command, context, deadline);
      return { sequence, hold_id };
    }),
    endpoint(usage.requests.settle, async (input, { context, deadline }) => {
      const { owner, hold_id, outcome, counts } = input;
      const found = await store.get("usage_holds", `${ownerKey(owner)}/${hold_id}`);
      if (!found) throw new VegaError("not_found", "it was settled before");
      const command = decideSettleUsage(found, outcome, counts);
      const { sequence } = await writer.submit(command, context, deadline);
      return { sequence };
    }),
  ];
}
