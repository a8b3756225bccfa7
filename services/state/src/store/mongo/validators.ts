import { isDeepStrictEqual } from "node:util";
import { DATA_FORMAT, UNMARKED } from "../data-format.ts";
import type { JsonSchema } from "./json-schema-keywords.ts";

export interface Validator {
  readonly $jsonSchema: JsonSchema;
}

/*
 * A validator names in its `description` the data format of the version that set it: both change in one command, so a
 * replica that finds a newer number knows that its own validator may be the narrower one.
 */
const MARK = "VEGA data format ";

export const markedValidator = (schema: JsonSchema, format: number = DATA_FORMAT): Validator => ({
  $jsonSchema: { ...schema, description: `${MARK}${format}` },
});

/** Whether a collection's validator is to be replaced. @param found undefined for a collection without one */
export function isOutdated(found: unknown, wanted: Validator): boolean {
  const there = (found as Partial<Validator> | undefined)?.$jsonSchema ?? {};
  // The same rules under another number stay: collMod waits for all transactions on the collection.
  if (isDeepStrictEqual(withoutMark(there), withoutMark(wanted.$jsonSchema))) return false;
  return formatOf(there) <= DATA_FORMAT;
}

function withoutMark({ description: _mark, ...rules }: JsonSchema): JsonSchema {
  return rules;
}

function formatOf({ description }: JsonSchema): number {
  const marked = typeof description === "string" && description.startsWith(MARK);
  return marked ? Number(description.slice(MARK.length)) : UNMARKED.written_by;
}
