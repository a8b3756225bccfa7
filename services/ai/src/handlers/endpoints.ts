import { createEmbeddings, listModels, listProviders, locateInference } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { Models } from "../models.ts";
import { showProviders } from "./providers.ts";
import { toChatFault } from "../turns/faults.ts";

/** What is asked over the bus. @param address of this instance's gRPC server */
export function aiEndpoints(models: Models, address: string): Endpoint[] {
  return [
    endpoint(locateInference, async () => ({ address })),
    endpoint(listModels, async () => ({ models: await models.list() })),
    endpoint(listProviders, async () => ({
      providers: showProviders(models.status()),
      preferred: models.preferred(),
    })),
    endpoint(createEmbeddings, async ({ body }) => {
      try {
        return await models.embed(body);
      } catch (error) {
        const fault = toChatFault(error);
        if (fault) return { fault };
        throw error;
      }
    }),
  ];
}
