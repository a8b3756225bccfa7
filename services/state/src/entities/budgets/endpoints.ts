import type { Budget } from "@vega/contracts";
import { budgets } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import { randomUUID } from "node:crypto";
import type { StateContext } from "../../state-context.ts";
import { budgetAt, periodOf } from "./check.ts";
import { budgetRef } from "../usage/documents.ts";
import { decidePutBudget, decideRemoveBudget } from "./commands.ts";

export function budgetEndpoints({ store, writer, now }: StateContext): Endpoint[] {
  const present = (found: Budget) => budgetAt(found, now());
  return [
    endpoint(budgets.requests.list, async ({ named, cursor, limit }) => {
      const { sequence } = writer.head();
      if (named) {
        const found = await Promise.all(
          named.map(({ scope, id }) => store.get("budgets", budgetRef(scope, id).id)),
        );
        const there = found.flatMap((one) => (one ? [present(one)] : []));
        return { sequence, budgets: there, next_cursor: null };
      }
      const page = await store.query("budgets", {
        limit: limit + 1,
        ...(cursor ? { after: cursor } : {}),
      });
      const shown = page.slice(0, limit);
      const next_cursor = page.length > limit ? (shown.at(-1)?.id ?? null) : null;
      return { sequence, budgets: shown.map(({ body }) => present(body)), next_cursor };
    }),
    endpoint(budgets.requests.put, async (input, { context, deadline }) => {
      const command = decidePutBudget({
        ...input,
        uid: randomUUID(),
        month: periodOf("month", now()),
      });
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, budget: result };
    }),
    endpoint(budgets.requests.remove, async ({ scope, id }, { context, deadline }) => {
      const command = decideRemoveBudget(scope, id);
      const { sequence } = await writer.submit(command, context, deadline);
      return { sequence };
    }),
  ];
}
