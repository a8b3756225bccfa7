import type { ApiError } from "../api/client.ts";

/** Data under way: a value stays while a newer one is loaded. */
export interface Loadable<Value> {
  readonly value: Value | undefined;
  readonly error: ApiError | undefined;
  readonly isLoading: boolean;
  /** The position of the log that the value reflects. */
  readonly sequence: number;
}

export const nothing: Loadable<never> = {
  value: undefined,
  error: undefined,
  isLoading: true,
  sequence: 0,
};
