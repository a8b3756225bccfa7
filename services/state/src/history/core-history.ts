import type { Core, CorePoint, EventContract, Moment, CompactedRange } from "@vega/contracts";
import { CORE_NAMES, VegaError, changesOf, crystal, loop, timeAfter } from "@vega/contracts";
import { writtenAt } from "../clock/clock.ts";
import { createSeries } from "./series.ts";
import type { LogEntry, Store } from "../store/store.ts";
import { lastUntil } from "./last-until.ts";
import { compactedAround } from "../retention/compacted-ranges.ts";

/** Entries with after-images of cores. */
const OF_CORES: readonly EventContract[] = [
  loop.events.iterated,
  crystal.events.created,
  crystal.events.imported,
  crystal.events.restored,
];

/** Entries of one read; other reads get their turn between two pages. */
const PAGE = 500;

/** Entries that are read for one answer: a month of iterations, which take some seconds. */
const MAX_ENTRIES = 500_000;

/** Default length of the range. */
const DAY_MS = 24 * 3_600_000;

export interface CoreHistory {
  /** Sequences, both included; `from` is beyond `to` where nothing lies between them. */
  readonly from: number;
  readonly to: number;
  /** Compacted ranges between the points, newest first. */
  readonly thinned: CompactedRange[];
  /** Oldest first. */
  readonly series: Record<Core["name"], CorePoint[]>;
}

/**
 * The cores' power over a range of the log, with a limited number of points. Memory use is one page and a few times the
 * points, for any length of the range.
 * Throws VegaError as `history.requests.listCorePower` documents.
 * @param keepOn throws once the caller's deadline has passed
 */
export async function coreHistory(
  store: Store,
  wanted: {
    readonly from?: Moment | undefined;
    readonly to?: Moment | undefined;
    readonly points: number;
  },
  keepOn: () => void,
): Promise<CoreHistory> {
  const last = await lastOf(store, wanted.to);
  const to = await endOf(store, last, wanted.to);
  const from = await firstOf(store, wanted.from ?? { at: timeAfter(writtenAt(last), -DAY_MS) });
  const series = CORE_NAMES.map((name) => [name, createSeries(wanted.points)] as const);
  const byName = new Map<string, (typeof series)[number][1]>(series);
  for await (const entry of entriesOfCores(store, from, last.sequence)) {
    keepOn();
    const { sequence } = entry;
    const time = writtenAt(entry);
    for (const { collection, id, body } of changesOf(entry)) {
      if (collection !== "cores" || body === null) continue;
      byName.get(id)?.add({ sequence, time, power: Number(body["power"]) });
    }
  }
  const points = series.map(([name, one]) => [name, one.points()] as const);
  const shown = points.flatMap(([, all]) => all.map(({ sequence }) => sequence));
  return {
    from,
    to,
    thinned: await compactedAround(store, shown, { after: from - 1, last: to }),
    series: Object.fromEntries(points) as CoreHistory["series"],
  };
}

/** Up to where a stretch goes: what was thinned out right after its last entry is of it, as far as it was asked for. */
async function endOf(store: Store, last: LogEntry, to: Moment | undefined): Promise<number> {
  if (to === undefined) return last.sequence;
  if ("sequence" in to) return to.sequence;
  const [next] = await store.readLog({ after: last.sequence, limit: 1 });
  return next ? next.sequence - 1 : last.sequence;
}

/** The last entry until a moment that is left there: a chart shows what there is, also of what was thinned out. */
async function lastOf(store: Store, to: Moment | undefined): Promise<LogEntry> {
  const filter =
    to === undefined
      ? {}
      : "sequence" in to
        ? { before: to.sequence + 1 }
        : { before: (await lastUntil(store, to.at)) + 1 };
  const [[last], [head]] = await Promise.all([
    store.queryLog({ ...filter, limit: 1 }),
    store.queryLog({ limit: 1 }),
  ]);
  if (last && head && !(to && "sequence" in to && to.sequence > head.sequence)) return last;
  throw new VegaError(
    "not_found",
    last && head
      ? `the log has not come to that yet; its head is ${head.sequence}`
      : "that is before the log began",
  );
}

/** The first sequence at or after a moment; one beyond the log's head for a moment after its last entry. */
async function firstOf(store: Store, from: Moment): Promise<number> {
  if ("sequence" in from) return from.sequence;
  return (await lastUntil(store, timeAfter(from.at, -1))) + 1;
}

/** Newest first: the entries of all types merged, each type read page by page. */
async function* entriesOfCores(store: Store, from: number, to: number): AsyncGenerator<LogEntry> {
  const readers = OF_CORES.map(({ type }) => entriesOf(store, type, from, to));
  const heads = await Promise.all(readers.map((reader) => reader.next()));
  for (let read = 0; ; read += 1) {
    let newest = -1;
    for (const [n, { value }] of heads.entries()) {
      if (value && value.sequence > (heads[newest]?.value?.sequence ?? 0)) newest = n;
    }
    const [head, reader] = [heads[newest], readers[newest]];
    if (!head?.value || !reader) return;
    if (read === MAX_ENTRIES) {
      throw new VegaError(
        "too_large",
        `there are more than ${MAX_ENTRIES} iterations between from and to; request a shorter range`,
      );
    }
    yield head.value;
    heads[newest] = await reader.next();
  }
}

async function* entriesOf(
  store: Store,
  type: string,
  from: number,
  to: number,
): AsyncGenerator<LogEntry, undefined> {
  for (let before = to + 1; before > from;) {
    const page = await store.queryLog({ type, before, limit: PAGE });
    for (const entry of page) {
      if (entry.sequence < from) return undefined;
      yield entry;
    }
    const oldest = page.at(-1);
    if (!oldest || page.length < PAGE) return undefined;
    before = oldest.sequence;
  }
  return undefined;
}
