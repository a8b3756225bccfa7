import { loop } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { StateContext } from "../../state-context.ts";
import { decideSetLoopActive } from "./commands.ts";

export function loopEndpoints({ writer, timeScale }: StateContext): Endpoint[] {
  return [
    endpoint(loop.requests.setActive, async ({ active }, { context, deadline }) => {
      const command = decideSetLoopActive(active, timeScale);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, loop: result };
    }),
  ];
}
