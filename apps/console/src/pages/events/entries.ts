import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ApiError } from "../../api/client.ts";
import { get, withQuery } from "../../api/client.ts";
import { onEvent } from "../../live/live.ts";
import { LOG_TYPES, sentenceOf } from "../../narrate.ts";
import { route } from "../../router.ts";
import { moment } from "../../time/moment.ts";

/** An entry in GET /api/history. */
export interface ListedEntry {
  readonly sequence: number;
  readonly time: string;
  readonly type: string;
  readonly subject: string | null;
  readonly actor: string | null;
  readonly summary: string;
}

interface Range {
  readonly from_sequence?: number;
  readonly count?: number;
}

interface HistoryPage {
  readonly entries: readonly ListedEntry[];
  readonly thinned: readonly Range[];
  readonly next_cursor: number | null;
}

export const FILTERS = ["type", "actor", "subject", "from", "to"] as const;
export type Filter = (typeof FILTERS)[number];

const LIMIT = 100;
/** Pages that a load follows for the sake of entries: those about accounts alone are left out. */
const MAX_PAGES = 5;

const isoOf = (local: string | null): string | null =>
  local === null || local === "" ? null : new Date(local).toISOString();

/** The entries of the log that match the filters of the address, newest first; new ones come by themselves. */
export function useEntries() {
  const filters = useComputed(() => {
    const { query } = route.value;
    return Object.fromEntries(FILTERS.map((name) => [name, query.get(name)])) as Record<
      Filter,
      string | null
    >;
  });
  const entries = useSignal<readonly ListedEntry[]>([]);
  const cursor = useSignal<number | null>(null);
  const error = useSignal<ApiError | undefined>(undefined);
  const isLoading = useSignal(true);
  const waiting = useSignal(0);
  const isPaused = useSignal(false);
  const controller = useRef<AbortController>(null);
  const key = JSON.stringify([filters.value, moment.value]);

  const load = async (from: number | null) => {
    controller.current?.abort();
    const mine = new AbortController();
    controller.current = mine;
    isLoading.value = true;
    error.value = undefined;
    const { type, actor, subject } = filters.peek();
    const at = moment.peek();
    const isSequence = at !== null && /^\d+$/.test(at);
    const to = at !== null && !isSequence ? at : isoOf(filters.peek().to);
    const base = { type, actor, subject, limit: LIMIT, from: isoOf(filters.peek().from), to };
    const added: ListedEntry[] = [];
    let next: number | null = from ?? (isSequence ? Number(at) + 1 : null);
    try {
      for (let page = 0; page < MAX_PAGES && added.length < LIMIT / 2; page += 1) {
        const path = withQuery("/api/history", { ...base, cursor: next });
        const { body } = await get<HistoryPage>(path, mine.signal);
        added.push(...body.entries);
        next = body.next_cursor;
        if (next === null) break;
      }
    } catch (caught) {
      if (mine.signal.aborted) return;
      error.value = caught as ApiError;
      isLoading.value = false;
      return;
    }
    entries.value = from === null ? added : [...entries.peek(), ...added];
    cursor.value = next;
    waiting.value = 0;
    isLoading.value = false;
  };

  useEffect(() => {
    entries.value = [];
    void load(null);
    return () => controller.current?.abort();
  }, [key]);
  useEffect(
    () =>
      onEvent((event) => {
        const type = LOG_TYPES[event.type];
        if (!type || event.sequence === undefined || moment.peek() !== null) return;
        const { sequence, time = "" } = event;
        const wanted = filters.peek();
        if (wanted.type !== null && wanted.type !== type) return;
        if ((entries.peek()[0]?.sequence ?? 0) >= sequence) return;
        // Events tell neither actor nor subject, so a filter on them needs the API.
        if (isPaused.peek() || wanted.actor || wanted.subject || wanted.from || wanted.to) {
          waiting.value += 1;
          return;
        }
        const entry = {
          sequence,
          time,
          type,
          subject: null,
          actor: null,
          summary: sentenceOf(event),
        };
        entries.value = [entry, ...entries.peek()].slice(0, 1_000);
      }),
    [],
  );
  return {
    filters: filters.value,
    entries: entries.value,
    error: error.value,
    isLoading: isLoading.value,
    waiting: waiting.value,
    isPaused,
    hasMore: cursor.value !== null,
    more: () => void load(cursor.peek()),
    reload: () => void load(null),
  };
}
