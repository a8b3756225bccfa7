import { VegaError } from "@vega/contracts";
import type { StoreAway } from "./store.ts";

/** What a caller is told while the database is away. */
export const awayAsError = (cause: StoreAway): VegaError =>
  new VegaError("unavailable", "the database is away; try again", [], cause);
