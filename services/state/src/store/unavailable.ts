import { VegaError } from "@vega/contracts";
import { StoreUnavailableError, StoreTooNewError } from "./store.ts";

export const NEEDS_NEWER = "the database needs a newer version of VEGA";

/** Whether another replica, or a retry, may succeed. */
export const isUnavailable = (error: unknown): error is StoreUnavailableError | StoreTooNewError =>
  error instanceof StoreUnavailableError || error instanceof StoreTooNewError;

/** The error of a request while the database can't be used. */
export function toUnavailableError(cause: StoreUnavailableError | StoreTooNewError): VegaError {
  const what = cause instanceof StoreTooNewError ? NEEDS_NEWER : "the database is unavailable";
  return new VegaError("unavailable", `${what}; try again`, [], cause);
}
