import type { Endpoint } from "@vega/messaging";
import { awayAsError } from "./store/unavailable.ts";
import { StoreAway } from "./store/store.ts";

/** What is read while the database is away is `unavailable`, as a write is. */
export const tellAway = ({ contract, handle }: Endpoint): Endpoint => ({
  contract,
  handle: (input, call) =>
    handle(input, call).catch((error: unknown) => {
      throw error instanceof StoreAway ? awayAsError(error) : error;
    }),
});
