import type { ReadonlySignal } from "@preact/signals";
import { computed, effect, signal } from "@preact/signals";
import type { SseEvent } from "@vega/contracts/define/apply";
import { useEffect } from "preact/hooks";
import type { ApiError } from "../api/client.ts";
import { get, noteSequence, withQuery } from "../api/client.ts";
import { connection, onEvent } from "../live/live.ts";
import { moment, momentQuery, shownEntry } from "../time/moment.ts";
import type { Loadable } from "./loadable.ts";
import { nothing } from "./loadable.ts";

/** Events that may be missing from a view while it is loaded. */
const MAX_BUFFERED = 500;

/** A part of the state of the platform: a snapshot by a GET route, and the fold of the events after it. */
export interface Slice<View> {
  /** At the moment that the console shows. */
  readonly state: ReadonlySignal<Loadable<View>>;
  reload(): void;
  /** Loads it and keeps it up to date. @returns ends that */
  retain(): () => void;
}

export interface SliceOptions<View> {
  readonly path: string;
  /** Makes the view of the response; default: they are the same. */
  readonly read?: (body: never) => View;
  readonly apply: (view: View, event: SseEvent) => View | null;
  /** Whether the route takes a moment. */
  readonly looksBack: boolean;
  /** Merges what was received while the view was loaded. */
  readonly merge?: (loaded: View, previous: View | undefined) => View;
}

/** The store is made of these: one for each view that pages share, or one for each conversation. */
export function createSlice<View>(options: SliceOptions<View>): Slice<View> {
  const { path, apply, looksBack, merge = (loaded: View) => loaded } = options;
  const read = (body: View): View => options.read?.(body as never) ?? body;
  const present = signal<Loadable<View>>(nothing);
  const past = signal<Loadable<View>>(nothing);
  let loading: AbortController | undefined;
  let buffered: SseEvent[] = [];
  let users = 0;
  let release: (() => void) | undefined;

  const fold = (event: SseEvent) => {
    const { value, sequence } = present.peek();
    if (value === undefined) return;
    // A snapshot has every event up to its sequence; live messages have no sequence.
    if (event.sequence !== undefined && event.sequence <= sequence) return;
    const next = apply(value, event);
    if (next === null) return load();
    if (next === value) return;
    const reached = event.sequence ?? sequence;
    present.value = { value: next, error: undefined, isLoading: false, sequence: reached };
  };

  const load = () => {
    loading?.abort();
    const controller = new AbortController();
    loading = controller;
    buffered = [];
    present.value = { ...present.peek(), isLoading: true };
    get<View>(path, controller.signal).then(
      ({ body, sequence }) => {
        if (controller.signal.aborted) return;
        loading = undefined;
        noteSequence(sequence);
        const value = merge(read(body), present.peek().value);
        present.value = { value, error: undefined, isLoading: false, sequence };
        const missed = buffered;
        buffered = [];
        for (const event of missed) fold(event);
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        loading = undefined;
        present.value = { ...present.peek(), error: error as ApiError, isLoading: false };
      },
    );
  };

  const take = (event: SseEvent) => {
    if (event.type === "resync") return load();
    if (loading && buffered.length < MAX_BUFFERED) buffered.push(event);
    fold(event);
  };

  /** Loads the view at a past moment; the view of an earlier request stays until then. */
  const loadPast = (at: string): (() => void) => {
    const controller = new AbortController();
    past.value = { ...past.peek(), isLoading: true, error: undefined };
    get<View>(withQuery(path, momentQuery(at)), controller.signal).then(
      ({ body, sequence, headers }) => {
        past.value = { value: read(body), error: undefined, isLoading: false, sequence };
        shownEntry.value = { sequence, time: headers.get("vega-time") ?? "" };
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        past.value = { ...nothing, error: error as ApiError, isLoading: false };
      },
    );
    return () => controller.abort();
  };

  return {
    state: computed(() => (looksBack && moment.value !== null ? past.value : present.value)),
    reload: load,
    retain() {
      users += 1;
      if (users === 1) {
        const stopEvents = onEvent(take);
        let wasOffline = false;
        const stopConnection = effect(() => {
          const isOffline = connection.value === "offline" || connection.value === "refused";
          // The stream brings what was missed; a view that failed to load needs another attempt.
          if (wasOffline && !isOffline && present.peek().error) load();
          wasOffline = isOffline;
        });
        const stopPast = effect(() => {
          if (looksBack && moment.value !== null) return loadPast(moment.value);
          past.value = nothing;
          return undefined;
        });
        load();
        release = () => {
          stopEvents();
          stopConnection();
          stopPast();
          loading?.abort();
          loading = undefined;
        };
      }
      return () => {
        users -= 1;
        if (users === 0) release?.();
      };
    },
  };
}

/** The slice's state in a component, kept up to date while the component is shown. */
export function useSlice<View>(slice: Slice<View>): Loadable<View> {
  useEffect(() => slice.retain(), [slice]);
  return slice.state.value;
}
