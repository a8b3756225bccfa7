import type { Json, JsonObject, MemoryEntry } from "@vega/contracts";
import { ownedId, readNamespace, storedNamespace, VegaError } from "@vega/contracts";
import type { App } from "../../state-context.ts";
import { NO_ACCOUNT, preferencesRef } from "./documents.ts";
import { budgetRef } from "../usage/documents.ts";
import { isExpired } from "../memory/memory.ts";
import { read, readApiKeys, readSessions, readUser } from "./read.ts";

/** More values than this are too much for one answer in any case: none takes less than 100 bytes. */
const MAX_VALUES = 10_000;
/** Entries of the log that are told, the newest first. */
const MAX_ENTRIES = 1_000;
/** Days of usage that are told, the newest first. */
const MAX_DAYS = 366;

/** Everything that is kept of an account, without hashes of secrets. Times are ISO 8601. */
export async function collect({ store, writer, now }: App, id: string) {
  const { sequence } = writer.head();
  const [user, sessions, keys, preferences, values, entries, days, budget] = await Promise.all([
    readUser(store, id),
    readSessions(store, id),
    readApiKeys(store, id),
    read(store, preferencesRef(id)),
    store.query("memory", { prefix: storedNamespace(id, ""), limit: MAX_VALUES + 1 }),
    store.queryLog({ actor: id, limit: MAX_ENTRIES }),
    store.query("usage_days", { prefix: ownedId(id, ""), limit: MAX_DAYS, reverse: true }),
    read(store, budgetRef("user", id)),
  ]);
  if (!user) throw new VegaError("not_found", NO_ACCOUNT);
  if (values.length > MAX_VALUES) {
    throw new VegaError("too_large", `there are more than ${MAX_VALUES} values in memory`);
  }
  const { password_hash: _, ...account } = user;
  const data: JsonObject = {
    account,
    sessions: sessions.map(({ family_hash: _family, refresh_hash: _refresh, ...rest }) => rest),
    api_keys: keys.map(({ secret_hash: _secret, ...rest }) => rest),
    preferences: preferences?.value ?? null,
    memory: byNamespace(
      values.map(({ body }) => body),
      now(),
    ),
    usage: days.map(({ body }) => body),
    budget: budget ?? null,
    log: entries.map(({ type, time, subject }) => ({ type, time, subject })),
  };
  return { sequence, data };
}

/** Values under the names that their owner gave, namespace by namespace. */
function byNamespace(entries: readonly MemoryEntry[], at: string): JsonObject {
  const spaces = new Map<string, [string, Json][]>();
  for (const entry of entries) {
    if (isExpired(entry, at)) continue;
    const { namespace } = readNamespace(entry.namespace);
    const values = spaces.get(namespace) ?? [];
    values.push([entry.key, entry.value]);
    spaces.set(namespace, values);
  }
  return Object.fromEntries(
    [...spaces].map(([namespace, values]) => [namespace, Object.fromEntries(values)]),
  );
}
