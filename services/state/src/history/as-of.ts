import type {
  Crystal,
  DocumentChange,
  DocumentKey,
  EventContract,
  JsonObject,
  Moment,
} from "@vega/contracts";
import {
  VegaError,
  agents,
  analytics,
  applyChanges,
  changesOf,
  crystal,
  crystalFromDocuments,
  loop,
  modules,
} from "@vega/contracts";
import { writtenAt } from "../clock/clock.ts";
import type { LogEntry, Store } from "../store/store.ts";
import { lastUntil } from "./last-until.ts";
import { refuseGapAfter, refuseCompacted } from "../retention/compacted-ranges.ts";

/*
 * The crystal as of any moment. Entries hold after-images, so the newest entry about a document until that moment has its
 * content: a few index lookups per document, for any length of the log.
 */

/** Entries with the whole crystal; earlier entries than the newest of them are not needed. */
const WHOLE: readonly EventContract[] = [
  crystal.events.created,
  crystal.events.imported,
  crystal.events.restored,
];
const LOOP: readonly EventContract[] = [
  loop.events.iterated,
  loop.events.started,
  loop.events.stopped,
];
const VISITS: readonly EventContract[] = [analytics.events.viewed];
/** Entries about one agent or one module. */
const PARTS = {
  agents: [agents.events.changed, agents.events.removed],
  modules: [modules.events.changed],
} as const satisfies Record<string, readonly EventContract[]>;

/**
 * The last entry at or before a moment. Throws VegaError `not_found` outside of the log, `gone` where the log was
 * compacted at that moment.
 */
export async function entryAt(store: Store, moment: Moment): Promise<LogEntry> {
  const last = "sequence" in moment ? moment.sequence : await lastUntil(store, moment.at);
  const [entry] = await store.queryLog({ before: last + 1, limit: 1 });
  if (entry) {
    await refuseCompacted(store, last);
    if ("at" in moment && writtenAt(entry) < moment.at) {
      await refuseGapAfter(store, entry.sequence, moment.at);
    }
  }
  if (entry && !("sequence" in moment && entry.sequence < moment.sequence)) return entry;
  throw new VegaError(
    "not_found",
    entry
      ? `the log has not come to that yet; its head is ${entry.sequence}`
      : "that is before the log began",
  );
}

/** Throws VegaError `gone` as {@link entryAt}. @param sequence of an entry that is there */
export async function crystalAt(store: Store, sequence: number): Promise<Crystal> {
  await refuseCompacted(store, sequence);
  const newest = async (contracts: readonly EventContract[], subject?: string) => {
    const found = await Promise.all(
      contracts.map(({ type }) =>
        store.queryLog({ type, subject, before: sequence + 1, limit: 1 }),
      ),
    );
    return found.flat().toSorted((a, b) => a.sequence - b.sequence);
  };
  const base = (await newest(WHOLE)).at(-1);
  if (!base) throw new VegaError("not_found", "that is before the log began");
  const changes: DocumentChange[] = [...changesOf(base)];
  // All that can be asked at once is: each question by itself takes many times what its answer does.
  const ofDocuments = async (part: keyof typeof PARTS) => {
    const subjects = await subjectsOf(store, part, base, changes);
    return Promise.all([...subjects].map((subject) => newest(PARTS[part], subject)));
  };
  const found = await Promise.all([
    newest(LOOP),
    newest(VISITS),
    ...(["agents", "modules"] as const).map(async (part) => (await ofDocuments(part)).flat()),
  ]);
  for (const entry of found.flat().toSorted((a, b) => a.sequence - b.sequence)) {
    if (entry.sequence > base.sequence) changes.push(...changesOf(entry));
  }
  return crystalFromDocuments(applyChanges(new Map(), changes));
}

/**
 * A document right after an entry, by the newest entry about it until then; undefined where there was none.
 * @param sequence of an entry that {@link entryAt} gave, which refuses compacted ranges
 */
export async function documentAt(
  store: Store,
  { collection, id }: DocumentKey,
  sequence: number,
): Promise<JsonObject | undefined> {
  const subject = `${collection}/${id}`;
  const [entry] = await store.queryLog({ subject, before: sequence + 1, limit: 1 });
  const change = entry && changesOf(entry).find((one) => `${one.collection}/${one.id}` === subject);
  return change?.body ?? undefined;
}

/** The loop's iteration as of a sequence, by default the present one; undefined where the log was compacted. */
export async function iterationAt(store: Store, sequence?: number): Promise<number | undefined> {
  const head = sequence ?? (await store.head())?.sequence ?? 0;
  try {
    return (await crystalAt(store, head)).loop.iteration;
  } catch (error) {
    if (error instanceof VegaError && ["gone", "not_found"].includes(error.code)) return undefined;
    throw error;
  }
}

/**
 * Every agent or module that may have been there: those of the base, those of now, and those that went since, by
 * themselves or with the whole, of which the entries say which.
 */
async function subjectsOf(
  store: Store,
  collection: keyof typeof PARTS,
  base: LogEntry,
  changes: readonly DocumentChange[],
): Promise<Set<string>> {
  const names = new Set(
    changes.filter((change) => change.collection === collection).map(({ id }) => id),
  );
  const [present, removals, ...wholes] = await Promise.all([
    store.query(collection, {}),
    collection === "agents" ? agentsRemovedSince(store, base.sequence) : [],
    ...[crystal.events.imported, crystal.events.restored].map(({ type }) =>
      store.queryLog({ type, limit: MAX_WHOLE }),
    ),
  ]);
  for (const { id } of present) names.add(id);
  for (const name of removals) names.add(name);
  for (const entries of wholes) {
    for (const entry of entries) {
      if (entry.sequence <= base.sequence || entry.data === null) break;
      const { removed } = crystal.events.imported.data.pick({ removed: true }).parse(entry.data);
      for (const name of removed[collection]) names.add(name);
    }
  }
  return new Set([...names].map((name) => `${collection}/${name}`));
}

/** Names of the agents that were taken away after a sequence. */
async function agentsRemovedSince(store: Store, sequence: number): Promise<string[]> {
  const names: string[] = [];
  for (let before: number | undefined; ;) {
    const page = await store.queryLog({
      type: agents.events.removed.type,
      before,
      limit: REMOVALS,
    });
    const since = page.filter((entry) => entry.sequence > sequence);
    names.push(...since.map(({ data }) => agents.events.removed.data.parse(data).name));
    if (since.length < REMOVALS) return names;
    before = page.at(-1)?.sequence;
  }
}

/** Read at once. */
const REMOVALS = 500;

/** Imports and restores that are looked through for what they removed. */
const MAX_WHOLE = 500;
