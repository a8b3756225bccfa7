import type { Thinned, ThinnedOut } from "@vega/contracts";
import { thinnedId, thinnedSchema, VegaError } from "@vega/contracts";
import type { Gaps } from "../log/chain.ts";
import { beginningOf } from "./compaction.ts";
import type { Store } from "../store/store.ts";

type Reading = Pick<Store, "get" | "query">;

const toStretch = (body: unknown): Thinned => thinnedSchema.parse(body);

/** The stretch that begins last at or before a sequence. */
async function stretchBefore(store: Reading, sequence: number): Promise<Thinned | undefined> {
  const before = thinnedId(sequence + 1);
  const [found] = await store.query("log_gaps", { before, reverse: true, limit: 1 });
  return found && toStretch(found.body);
}

/** All stretches that have something after a sequence, and up to another, in their order. */
async function stretchesAfter(
  store: Reading,
  sequence: number,
  last: number = Number.MAX_SAFE_INTEGER - 1,
): Promise<Thinned[]> {
  const first = await stretchBefore(store, sequence);
  const range = { after: thinnedId(sequence), before: thinnedId(last + 1) };
  const later = await store.query("log_gaps", range);
  return [
    ...(first && first.until > sequence ? [first] : []),
    ...later.map(({ body }) => toStretch(body)),
  ];
}

/** Gaps after a sequence, as {@link firstBreak} takes them. */
export async function compactedGaps(store: Reading, after: number): Promise<Gaps> {
  const stretches = await stretchesAfter(store, after);
  const gaps = stretches.flatMap((stretch) => stretch.gaps).filter(({ to }) => to > after);
  // Who has walked as far as that may have met entries that have gone since.
  return new Map(gaps.map((gap) => [Math.max(gap.from, after + 1), gap]));
}

/**
 * What was thinned out between entries.
 * @param shown sequences in any order: what lies between two of them is told as one
 * @param range after a sequence, up to another
 * @returns newest first
 */
export async function compactedAround(
  store: Reading,
  shown: readonly number[],
  range: { readonly after: number; readonly last: number },
): Promise<ThinnedOut[]> {
  const { after, last } = range;
  const bounds = [...shown.filter((sequence) => sequence <= last), last].toSorted((a, b) => a - b);
  const found = new Map<number, ThinnedOut>();
  let bound = 0;
  for (const { gaps } of last > after ? await stretchesAfter(store, after, last) : []) {
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
    `the log was thinned out there: what was between cannot be told; the nearest are ${nearest.join(" and ")}`,
  );
}

const firstFrom = async (store: Pick<Store, "readLog">, sequence: number) =>
  (await store.readLog({ after: sequence - 1, limit: 1 }))[0];

/** Throws VegaError `gone` where the state as of a sequence can't be told any more, or the entry is no more. */
export async function refuseCompacted(store: Store, sequence: number): Promise<void> {
  const stretch = await stretchBefore(store, sequence);
  if (stretch && sequence < stretch.until) throw await gone(store, stretch);
}

/**
 * Throws VegaError `gone` where entries are missing right after one, and may have been made until a moment. What is
 * missing is of the same hour, or day, as the entry that is left after it; so until that began nothing happened.
 * @param at ISO 8601; the very beginning of an hour counts as the end of the one before
 */
export async function refuseGapAfter(store: Store, sequence: number, at: string): Promise<void> {
  const body = await store.get("log_gaps", thinnedId(sequence + 1));
  if (!body) return;
  const stretch = toStretch(body);
  const left = await firstFrom(store, (stretch.gaps[0]?.to ?? 0) + 1);
  if (left && Date.parse(at) <= Date.parse(beginningOf(left.time, stretch.stage))) return;
  throw await gone(store, stretch);
}
