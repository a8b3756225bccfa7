import type { HistoryEntry, RequestInput, RequestOutput } from "@vega/contracts";
import type { history } from "@vega/contracts";
import { isListed, LISTED_TYPES, summaryOf, VegaError } from "@vega/contracts";
import { compactedAround } from "../retention/compacted-ranges.ts";
import type { LogEntry, Store } from "../store/store.ts";
import { endOf, pastOnly, patternOf, rangeOf } from "./log-pages.ts";

type Query = RequestInput<typeof history.requests.list>;
type Page = RequestOutput<typeof history.requests.list>;

/** Entries that are read at once after a first page that was not filled. */
const BATCH = 500;

/**
 * One page of the history. Entries that the history does not list are passed over here and not by the caller, so that
 * pages are full and cursors name listed entries only.
 * @param now ISO 8601
 * @param checkTime throws when the caller no longer waits
 */
export async function listHistory(
  store: Store,
  query: Query,
  now: string,
  checkTime: () => void,
): Promise<Page> {
  const { actor, from, before, limit = 100 } = query;
  const to = pastOnly(query.to, now);
  const { sequence = 0 } = (await store.head()) ?? {};
  const types = typesOf(query.type);
  const found: LogEntry[] = [];
  let cursor = await endOf(store, to, before);
  let size = limit + 1;
  // One more than requested shows whether there is a next page.
  while (types.length > 0 && found.length <= limit) {
    const page = await store.queryLog({
      actor,
      from,
      before: cursor,
      limit: size,
      ...(types.length === 1 ? { type: types[0] } : { types }),
      ...patternOf(query.subject, "subject", "subjectPrefix"),
    });
    found.push(...page.filter(isListed));
    cursor = page.at(-1)?.sequence;
    if (page.length < size) break;
    size = BATCH;
    checkTime();
  }
  const entries = found.slice(0, limit).map(show);
  const last = found.length > limit ? entries.at(-1) : undefined;
  const range = await rangeOf(store, { from, to, before, head: sequence }, last);
  const shown = entries.map((entry) => entry.sequence);
  const thinned = await compactedAround(store, shown, range);
  return { sequence, entries, thinned, next_before: last?.sequence ?? null };
}

/** Throws VegaError `timeout` beyond a deadline, in milliseconds since the epoch. */
export const deadlineCheck = (deadline: number) => (): void => {
  if (Date.now() > deadline) throw new VegaError("timeout", "the caller no longer waits");
};

/** The listed types that match a filter. */
function typesOf(pattern: string | undefined): readonly string[] {
  const { type, typePrefix = "" } = patternOf(pattern, "type", "typePrefix");
  return LISTED_TYPES.filter((one) => (type ?? one) === one && one.startsWith(typePrefix));
}

const show = (entry: LogEntry): HistoryEntry => ({
  sequence: entry.sequence,
  time: entry.time,
  type: entry.type,
  subject: entry.erased ? null : entry.subject,
  actor: entry.erased ? null : entry.context.actor.id,
  summary: summaryOf(entry),
});
