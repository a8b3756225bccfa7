import type { RequestContext, RequestContract, SigningKey } from "@vega/contracts";
import { VegaError, signingKeys } from "@vega/contracts";
import type { AccountStore } from "../account-store.ts";

type Handlers = Record<string, (input: never, context: RequestContext) => unknown>;

/** A store for tests: handlers by subject, validated by the contracts as on the bus. */
export function storeOf(handlers: Handlers): AccountStore {
  return {
    lastSequence: () => 0,
    async request(contract: RequestContract, input: unknown, context: RequestContext) {
      const handle = handlers[contract.subject];
      if (!handle) throw new VegaError("unavailable", `${contract.subject}: no handler`);
      const result = await handle(contract.input.parse(input) as never, context);
      return contract.output.parse(result);
    },
  } as AccountStore;
}

/** Signing keys as state stores them, shared by the replicas of a test. */
export function keyShelf(now: () => number) {
  const shelf = { keys: [] as SigningKey[], added: 0 };
  const list = () => ({ sequence: shelf.added, keys: shelf.keys });
  const handlers: Handlers = {
    [signingKeys.requests.list.subject]: list,
    [signingKeys.requests.add.subject]: (input: {
      key: Omit<SigningKey, "created_at">;
      if_newest: string | null;
      retire: string[];
    }) => {
      if ((shelf.keys[0]?.kid ?? null) !== input.if_newest) {
        throw new VegaError("conflict", "another key is the newest");
      }
      const created_at = new Date(now()).toISOString();
      const kept = shelf.keys.filter(({ kid }) => !input.retire.includes(kid));
      shelf.keys = [{ ...input.key, created_at }, ...kept];
      shelf.added += 1;
      return list();
    },
  };
  return { shelf, store: storeOf(handlers) };
}
