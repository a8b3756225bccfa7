import type { Signal } from "@preact/signals";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ApiError } from "../api/client.ts";
import { get } from "../api/client.ts";
import type { Loadable } from "./loadable.ts";
import { nothing } from "./loadable.ts";

export interface Resource<Value> extends Loadable<Value> {
  reload(): void;
}

/**
 * The response of a GET route for one component; loaded again when the path changes.
 * @param path null: nothing is loaded
 */
export function useResource<Value>(path: string | null): Resource<Value> {
  const state: Signal<Loadable<Value>> = useSignal<Loadable<Value>>(nothing);
  const controller = useRef<AbortController>(null);
  const load = () => {
    controller.current?.abort();
    if (path === null) return;
    const mine = new AbortController();
    controller.current = mine;
    state.value = { ...state.peek(), isLoading: true };
    get<Value>(path, mine.signal).then(
      ({ body, sequence }) => {
        if (mine.signal.aborted) return;
        state.value = { value: body, error: undefined, isLoading: false, sequence };
      },
      (error: unknown) => {
        if (mine.signal.aborted) return;
        state.value = { ...state.peek(), error: error as ApiError, isLoading: false };
      },
    );
  };
  useEffect(() => {
    load();
    return () => controller.current?.abort();
  }, [path]);
  return { ...state.value, reload: load };
}
