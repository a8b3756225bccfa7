import { computed, signal } from "@preact/signals";
import { route, setQuery } from "../router.ts";

/** The moment that the console shows: a sequence of the log or a time; null: now. */
export const moment = computed<string | null>(() => {
  const at = route.value.query.get("at");
  return at !== null && isMoment(at) ? at : null;
});

export const isPast = computed(() => moment.value !== null);

/** A sequence, or an ISO 8601 time with its zone. */
export const isMoment = (text: string): boolean =>
  /^[1-9]\d{0,15}$/.test(text) ||
  (/^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)));

const isSequence = (text: string): boolean => /^\d+$/.test(text);

/** The query of a route that looks back. */
export const momentQuery = (at: string | null): Readonly<Record<string, string>> => {
  if (at === null) return {};
  return isSequence(at) ? { sequence: at } : { at };
};

/** Shows another moment; null: now. */
export const setMoment = (at: string | number | null): void => setQuery({ at });

/** Sequence and time of the entry that the shown moment is, once a response has named them. */
export const shownEntry = signal<{ readonly sequence: number; readonly time: string } | null>(null);
