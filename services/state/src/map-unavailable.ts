import type { Endpoint } from "@vega/messaging";
import { toUnavailableError, isUnavailable } from "./store/unavailable.ts";

/** What is read while the database is away is `unavailable`, as a write is. */
export const mapUnavailable = ({ contract, handle }: Endpoint): Endpoint => ({
  contract,
  handle: (input, call) =>
    handle(input, call).catch((error: unknown) => {
      throw isUnavailable(error) ? toUnavailableError(error) : error;
    }),
});
