import { modules } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { StateContext } from "../../state-context.ts";
import { decideSetModule } from "./set.ts";

export function moduleEndpoints({ writer }: StateContext): Endpoint[] {
  return [
    endpoint(modules.requests.set, async ({ name, status }, { context, deadline }) => {
      const command = decideSetModule(name, status);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, module: result };
    }),
  ];
}
