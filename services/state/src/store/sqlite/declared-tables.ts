import { COLLECTIONS } from "@vega/contracts";
import { createTables } from "./tables.ts";

/** The tables of the collections that the contracts declare. */
export const DECLARED_TABLES = createTables(
  COLLECTIONS.map(({ name, indexes, search }) => ({
    name,
    indexed: indexes.map(({ field }) => field),
    searched: search !== undefined,
  })),
);
