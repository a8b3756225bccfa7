import type { ErrorDetail } from "@vega/contracts";
import { z } from "zod";

/** So many are named, so much of each: an answer is not to grow with what was sent. */
const NAMED = 10;
const NAME_LENGTH = 64;

interface Unrecognized {
  readonly path: readonly PropertyKey[];
  readonly keys: readonly string[];
}

/** One fault for each unknown field, with the known ones where the schema tells. */
export function unknownFields(schema: z.ZodType, { path, keys }: Unrecognized): ErrorDetail[] {
  const known = fieldsAt(schema, path);
  const message = `there is no such field${known ? `; ${listOf(known)}` : ""}`;
  return keys.slice(0, NAMED).map((key) => ({
    path: [...path, key.slice(0, NAME_LENGTH)].map((part) => `/${escape(String(part))}`).join(""),
    message,
  }));
}

const listOf = (known: readonly string[]) =>
  known.length === 0 ? "none is known here" : `known are ${known.join(", ")}`;

/** As RFC 6901 has it: these two characters mean something in a JSON pointer. */
const escape = (part: string) => part.replaceAll("~", "~0").replaceAll("/", "~1");

/** The fields of the object at a path; undefined where the schema has no object there. */
function fieldsAt(schema: unknown, [part, ...rest]: readonly PropertyKey[]): string[] | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return fieldsAt(schema.unwrap(), part === undefined ? [] : [part, ...rest]);
  }
  if (schema instanceof z.ZodArray && part !== undefined) return fieldsAt(schema.element, rest);
  if (!(schema instanceof z.ZodObject)) return undefined;
  return part === undefined
    ? Object.keys(schema.shape)
    : fieldsAt(schema.shape[String(part)], rest);
}
