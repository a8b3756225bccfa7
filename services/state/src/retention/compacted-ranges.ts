import type { Thinned, CompactedRange } from "@vega/contracts";
import { thinnedId, thinnedSchema, VegaError } from "@vega/contracts";
import type { Gaps } from "../log/chain.ts";
import { beginningOf } from "./compaction.ts";
import type { Store } from "../store/store.ts";

type Reading = Pick<Store, "get" | "query">;

const toRange = (body: unknown): Thinned => thinnedSchema.parse(body);

/** The compacted range with the highest `from` at or before a sequence. */
async function rangeBefore(store: Reading, sequence: number): Promise<Thinned | undefined> {
  const before = thinnedId(sequence + 1);
  const [found] = await store.query("log_gaps", { before, reverse: true, limit: 1 });
  return found && toRange(found.body);
}

/** The compacted ranges that reach beyond a sequence, and start at or before another, in order. */
async function rangesAfter(
  store: Reading,
  sequence: number,
  last: number = Number.MAX_SAFE_INTEGER - 1,
): Promise<Thinned[]> {
  const first = await rangeBefore(store, sequence);
  const ids = { after: thinnedId(sequence), before: thinnedId(last + 1) };
  const later = await store.query("log_gaps", ids);
  return [
    ...(first && first.until > sequence ? [first] : []),
    ...later.map(({ body }) => toRange(body)),
  ];
}

/** Gaps after a sequence, as {@link firstBreak} takes them. */
export async function compactedGaps(store: Reading, after: number): Promise<Gaps> {
  const ranges = await rangesAfter(store, after);
  const gaps = ranges.flatMap(({ gaps: missing }) => missing).filter(({ to }) => to > after);
  // Entries up to `after` were verified: a gap may start among them, where they were removed since.
  return new Map(gaps.map((gap) => [Math.max(gap.from, after + 1), gap]));
}

/**
 * The removed entries between shown ones.
 * @param shown sequences in any order; what was removed between two of them is reported as one item
 * @param range beyond `after`, up to `last`
 * @returns newest first
 */
export async function compactedAround(
  store: Reading,
  shown: readonly number[],
  range: { readonly after: number; readonly last: number },
): Promise<CompactedRange[]> {
  const { after, last } = range;
  const bounds = [...shown.filter((sequence) => sequence <= last), last].toSorted((a, b) => a - b);
  const found = new Map<number, CompactedRange>();
  let bound = 0;
  for (const { gaps } of last > after ? await rangesAfter(store, after, last) : []) {
    for (const gap of gaps) {
      const [from, to] = [Math.max(gap.from, after + 1), Math.min(gap.to, last)];
      if (from > to) continue;
      while ((bounds[bound] ?? last) < from) bound += 1;
      const { from: first = from, removed = 0 } = found.get(bound) ?? {};
      found.set(bound, { from: first, to, removed: removed + to - from + 1 });
    }
  }
  return [...found.values()].toReversed();
}

async function gone(store: Pick<Store, "queryLog" | "readLog">, { from, until }: Thinned) {
  const [[before], after] = await Promise.all([
    store.queryLog({ before: from, limit: 1 }),
    firstFrom(store, until),
  ]);
  const nearest = [before, after].flatMap((entry, n) =>
    entry ? [`sequence ${entry.sequence} (${entry.time}) ${n === 0 ? "before" : "after"}`] : [],
  );
  return new VegaError(
    "gone",
    `this range of the log was compacted, and the state within it is no longer known; the nearest are ${nearest.join(" and ")}`,
  );
}

const firstFrom = async (store: Pick<Store, "readLog">, sequence: number) =>
  (await store.readLog({ after: sequence - 1, limit: 1 }))[0];

/** Throws VegaError `gone` where the entry, or the state as of it, was removed by compaction. */
export async function refuseCompacted(store: Store, sequence: number): Promise<void> {
  const range = await rangeBefore(store, sequence);
  if (range && sequence < range.until) throw await gone(store, range);
}

/**
 * Throws VegaError `gone` where the entries right after one were removed, and may have been written before a moment.
 * Removed entries are of the same hour, or day, as the next remaining one, so none was written before that began.
 * @param at ISO 8601; the start of an hour counts as the end of the hour before
 */
export async function refuseGapAfter(store: Store, sequence: number, at: string): Promise<void> {
  const body = await store.get("log_gaps", thinnedId(sequence + 1));
  if (!body) return;
  const range = toRange(body);
  const left = await firstFrom(store, (range.gaps[0]?.to ?? 0) + 1);
  if (left && Date.parse(at) <= Date.parse(beginningOf(left.time, range.stage))) return;
  throw await gone(store, range);
}
