import type { CountedList, NamedCount, TrafficCounts } from "@vega/contracts";
import { MAX_NAME_LENGTH, MAX_NAMES, OTHER_NAME } from "@vega/contracts";
import type { Gains } from "./sessions.ts";

type Sum = "page_views" | "untracked_views" | "bot_views";

/** What this gateway has counted since the last report, in bounded memory. */
export interface Counts {
  add(sum: Sum): void;
  /** Counts under a name; further names than MAX_NAMES count under OTHER_NAME. */
  addTo(list: CountedList, name: string): void;
  gain(gains: Gains): void;
  /** More visitors came than could be counted. */
  setMinimum(): void;
  isEmpty(): boolean;
  /** Takes everything. */
  take(): TrafficCounts;
}

const noSums = () => ({
  page_views: 0,
  untracked_views: 0,
  bot_views: 0,
  visitors: 0,
  sessions: 0,
  bounced: 0,
  session_ms: 0,
});
const noLists = (): Record<CountedList, Map<string, number>> => ({
  pages: new Map(),
  api: new Map(),
  referrers: new Map(),
  downloads: new Map(),
});

export function createCounts(): Counts {
  let sums = noSums();
  let lists = noLists();
  let isMinimum = false;
  let isEmpty = true;

  return {
    add(sum) {
      isEmpty = false;
      sums[sum] += 1;
    },
    addTo(list, wanted) {
      isEmpty = false;
      const names = lists[list];
      const count = names.get(wanted);
      if (count !== undefined) names.set(wanted, count + 1);
      else {
        const isListed = names.size < MAX_NAMES && wanted.length <= MAX_NAME_LENGTH;
        const name = isListed ? wanted : OTHER_NAME;
        names.set(name, (names.get(name) ?? 0) + 1);
      }
    },
    gain({ visitors, sessions, bounced, session_ms }) {
      if (visitors === 0 && sessions === 0 && bounced === 0 && session_ms === 0) return;
      isEmpty = false;
      sums.visitors += visitors;
      sums.sessions += sessions;
      sums.bounced += bounced;
      sums.session_ms += session_ms;
    },
    setMinimum() {
      isMinimum = true;
    },
    isEmpty: () => isEmpty,
    take() {
      const { pages, api, referrers, downloads } = lists;
      const counts = {
        ...sums,
        is_minimum: isMinimum,
        pages: listOf(pages),
        api: listOf(api),
        referrers: listOf(referrers),
        downloads: listOf(downloads),
      };
      sums = noSums();
      lists = noLists();
      isMinimum = false;
      isEmpty = true;
      return counts;
    },
  };
}

const listOf = (names: ReadonlyMap<string, number>): NamedCount[] =>
  Array.from(names, ([name, count]) => ({ name, count }));
