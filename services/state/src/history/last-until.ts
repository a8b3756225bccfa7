import { timeAfter } from "@vega/contracts";
import { writtenAt } from "../clock/clock.ts";
import { documentRef, put } from "../store/document-ref.ts";
import type { Change, Store } from "../store/store.ts";

/*
 * The last sequence written by a moment. While the clock is behind the log's last entry (it was ahead before), entries
 * get that entry's time and keep the clock beside it. `log_clocks` has the last sequence of each such second.
 */

/** Entries that are read at once. */
const PAGE = 500;

/** `2026-01-31T12:00:05` */
const secondOf = (time: string): string => time.slice(0, 19);

/** Stores the last sequence of the second that the clock shows. */
export const clockMark = (clock: string, sequence: number): Change =>
  put(documentRef("log_clocks", secondOf(clock)), { sequence });

/**
 * The last sequence written at or before a moment of the clock; 0 for an empty log. For a moment that the clock showed
 * twice, the second time counts. Entries written while the clock was ahead count from the first entry with the right
 * clock on.
 * @param at ISO 8601
 */
export async function lastUntil(
  store: Pick<Store, "query" | "queryLog" | "readLog">,
  at: string,
): Promise<number> {
  const [[byTime], [mark]] = await Promise.all([
    store.queryLog({ to: timeAfter(at, 1), limit: 1 }),
    store.query("log_clocks", { before: secondOf(at), reverse: true, limit: 1 }),
  ]);
  const { sequence = 0, time = "" } = byTime ?? {};
  const marked = mark?.body.sequence ?? 0;
  // The log has a later entry with that time or earlier: the mark adds nothing.
  if (!mark || marked <= sequence || mark.id < secondOf(time)) return sequence;
  // Entries of the same second up to the moment.
  for (let last = marked; ;) {
    const page = await store.readLog({ after: last, limit: PAGE });
    const beyond = page.findIndex((entry) => writtenAt(entry) > at);
    if (beyond !== -1) return page[beyond - 1]?.sequence ?? last;
    last = page.at(-1)?.sequence ?? last;
    if (page.length < PAGE) return last;
  }
}
