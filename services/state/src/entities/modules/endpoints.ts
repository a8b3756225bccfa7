import { modules as modulesContract } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { App } from "../../state-context.ts";
import * as modules from "./set.ts";

export function moduleEndpoints({ writer }: App): Endpoint[] {
  return [
    endpoint(modulesContract.requests.set, async ({ name, status }, { context, deadline }) => {
      const command = modules.setModule(name, status);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, module: result };
    }),
  ];
}
