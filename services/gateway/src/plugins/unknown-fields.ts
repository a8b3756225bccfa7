import type { ErrorDetail } from "@vega/contracts";
import { z } from "zod";

/** Number of named fields and length of each name: the response must not grow with the request. */
const NAMED = 10;
const NAME_LENGTH = 64;

interface Unrecognized {
  readonly path: readonly PropertyKey[];
  readonly keys: readonly string[];
}

/** One error for each unknown field, with the known fields of its object. */
export function unknownFields(schema: z.ZodType, { path, keys }: Unrecognized): ErrorDetail[] {
  const known = fieldsAt(schema, path);
  const message = `unknown field${known ? `; ${listOf(known)}` : ""}`;
  return keys.slice(0, NAMED).map((key) => ({
    path: [...path, key.slice(0, NAME_LENGTH)].map((part) => `/${escape(String(part))}`).join(""),
    message,
  }));
}

const listOf = (known: readonly string[]) =>
  known.length === 0 ? "no fields are allowed here" : `known fields: ${known.join(", ")}`;

/** Escapes for JSON pointers (RFC 6901). */
const escape = (part: string) => part.replaceAll("~", "~0").replaceAll("/", "~1");

/** The fields of the object at a path; undefined if the schema has no object there. */
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
