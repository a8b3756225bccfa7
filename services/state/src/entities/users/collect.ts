import type { AccountExport, Json, JsonObject, OwnedCollection } from "@vega/contracts";
import { ACCOUNT_EXPORTS, startOfIds, VegaError } from "@vega/contracts";
import type { StateContext } from "../../state-context.ts";
import type { Store } from "../../store/store.ts";
import { NO_ACCOUNT } from "./documents.ts";
import { readUser } from "./read.ts";

/** Entries of the log that an export lists, the newest first. */
const MAX_ENTRIES = 1_000;

/** Everything that is stored of an account, by the declarations of the collections; without secrets. */
export async function collect({ store, writer, now }: StateContext, id: string) {
  const { sequence } = writer.head();
  const at = now();
  const [user, entries, ...members] = await Promise.all([
    readUser(store, id),
    store.queryLog({ actor: id, limit: MAX_ENTRIES }),
    ...ACCOUNT_EXPORTS.map(async (one) => [one.exported.name, await show(store, one, id, at)]),
  ]);
  if (!user) throw new VegaError("not_found", NO_ACCOUNT);
  const log = entries.map(({ type, time, subject }) => ({ type, time, subject }));
  return { sequence, data: { ...(Object.fromEntries(members) as { [name: string]: Json }), log } };
}

/** Throws VegaError `too_large` where the account has more documents than its export may show. */
async function show(
  store: Store,
  { collection, ownership, exported }: OwnedCollection & { readonly exported: AccountExport },
  userId: string,
  now: string,
): Promise<Json> {
  const start = startOfIds(ownership, userId);
  if (ownership.kind === "id") {
    const body = await store.get(collection, start);
    return exported.show(body ? [{ id: start, body: body as JsonObject }] : [], now);
  }
  const { name, limit, order, beyond } = exported;
  const documents = await store.query(collection, {
    prefix: start,
    limit: beyond === "refuse" ? limit + 1 : limit,
    reverse: order === "last",
  });
  if (documents.length > limit) {
    throw new VegaError("too_large", `an export has at most ${limit} documents of ${name}`);
  }
  const bodies = documents.map(({ id, body }) => ({ id, body: body as JsonObject }));
  return exported.show(bodies, now);
}
