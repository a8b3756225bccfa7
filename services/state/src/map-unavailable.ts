import type { Endpoint } from "@vega/messaging";
import { toUnavailableError, isUnavailable } from "./store/unavailable.ts";

/** Maps store errors of reads to `unavailable`, as the writer does for writes. */
export const mapUnavailable = ({ contract, handle }: Endpoint): Endpoint => ({
  contract,
  handle: (input, call) =>
    handle(input, call).catch((error: unknown) => {
      throw isUnavailable(error) ? toUnavailableError(error) : error;
    }),
});
