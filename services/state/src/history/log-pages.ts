import { timeAfter } from "@vega/contracts";
import type { Store } from "../store/store.ts";
import { lastUntil } from "./last-until.ts";

/* Pages of the log by filters: what the audit trail and the history have in common. */

type Reading = Pick<Store, "query" | "queryLog" | "readLog">;

/** The newest sequence before a time, or 0. */
const lastBefore = (store: Reading, time: string): Promise<number> =>
  lastUntil(store, timeAfter(time, -1));

/** A time as the end of a range; undefined for the present, which is the head, whatever time its entry has. */
export const pastOnly = (to: string | undefined, now: string): string | undefined =>
  to !== undefined && to < now ? to : undefined;

/** The sequence below which the entries of a page are. */
export async function endOf(
  store: Reading,
  to: string | undefined,
  before: number | undefined,
): Promise<number | undefined> {
  if (to === undefined) return before;
  const end = (await lastBefore(store, to)) + 1;
  return Math.min(before ?? end, end);
}

/**
 * The range of sequences of a page. The times of removed entries are unknown, so a gap at either end is part of it.
 * @param head the last sequence of the log
 * @param last the last entry of the page, if there is a next page
 */
export async function rangeOf(
  store: Reading,
  range: {
    readonly from?: string | undefined;
    readonly to?: string | undefined;
    readonly before?: number | undefined;
    readonly head: number;
  },
  last: { readonly sequence: number } | undefined,
): Promise<{ after: number; last: number }> {
  const { from, to, before, head } = range;
  const after = last?.sequence ?? (from === undefined ? 0 : await lastBefore(store, from));
  const newest = Math.min(head, (before ?? Infinity) - 1);
  if (to === undefined) return { after, last: newest };
  const [next] = await store.readLog({ after: await lastBefore(store, to), limit: 1 });
  return { after, last: Math.min(newest, (next?.sequence ?? Infinity) - 1) };
}

/** A text that ends with `*` is the start of what is searched for. */
export function patternOf<Whole extends string, Start extends string>(
  text: string | undefined,
  whole: Whole,
  start: Start,
): { [name in Whole | Start]?: string } {
  if (text === undefined) return {};
  const filter = text.endsWith("*") ? { [start]: text.slice(0, -1) } : { [whole]: text };
  return filter as { [name in Whole | Start]?: string };
}
