import type { RequestContext } from "@vega/contracts";
import { inference } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { Models } from "../models/models.ts";
import type { CountRefusal } from "../observe/refusals.ts";
import { isLocal } from "../providers/kinds.ts";
import { toChatFault } from "../chat/errors.ts";
import { embedWithBudget } from "../budget/embed-with-budget.ts";
import { guardRequest } from "../guard/guard.ts";
import type { Storage } from "../chat/storage.ts";
import { showProviders } from "./providers.ts";

/** Endpoints on the bus. @param address of this instance's gRPC server */
export function aiEndpoints(
  models: Models,
  address: string,
  storageFor: (context: RequestContext) => Pick<Storage, "hold" | "settle">,
  countRefusal: CountRefusal,
): Endpoint[] {
  return [
    endpoint(inference.requests.locate, async () => ({ address })),
    endpoint(inference.requests.listModels, async ({ off }) => {
      const all = await models.list();
      return { models: all.filter(({ id }) => !(off?.includes("playbox") && isLocal(id))) };
    }),
    endpoint(inference.requests.listProviders, async () => ({
      providers: showProviders(models.status()),
      preferred: models.preferred(),
    })),
    endpoint(
      inference.requests.createEmbeddings,
      async ({ body, caller, off = [] }, { context }) => {
        try {
          guardRequest([], body, new Set(off));
          return await embedWithBudget(
            body,
            caller,
            models,
            storageFor(context),
            context.traceparent,
          );
        } catch (error) {
          countRefusal("embeddings", error);
          const fault = toChatFault(error);
          if (fault) return { fault };
          throw error;
        }
      },
    ),
  ];
}
