import { loop as loopContract } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { App } from "../../state-context.ts";
import * as loop from "./loop.ts";

export function loopEndpoints({ writer, timeScale }: App): Endpoint[] {
  return [
    endpoint(loopContract.requests.setActive, async ({ active }, { context, deadline }) => {
      const command = loop.setLoopActive(active, timeScale);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, loop: result };
    }),
  ];
}
