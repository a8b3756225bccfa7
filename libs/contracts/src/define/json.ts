import { z } from "zod";

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** How deep a stored value may nest; deeper input is refused. BSON itself stops at 100. */
export const MAX_JSON_DEPTH = 32;

const FORBIDDEN_KEYS = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Says why a parsed JSON value may not be stored, or undefined where it may.
 * Refused: nesting beyond MAX_JSON_DEPTH, keys that could reach a prototype, NUL in keys (BSON has no
 * such keys), strings that are not well-formed Unicode (no UTF-8 can carry them), numbers that are not finite.
 */
export function whyNotStorable(value: unknown, depth = 0): string | undefined {
  if (depth > MAX_JSON_DEPTH) return `nested deeper than ${MAX_JSON_DEPTH} levels`;
  if (typeof value === "string") {
    return value.isWellFormed() ? undefined : "a string is not well-formed Unicode";
  }
  if (typeof value === "number")
    return Number.isFinite(value) ? undefined : "a number is not finite";
  if (value === null || typeof value === "boolean") return undefined;
  if (Array.isArray(value)) {
    for (const item of value) {
      const why = whyNotStorable(item, depth + 1);
      if (why) return why;
    }
    return undefined;
  }
  if (value === undefined) return "is missing";
  if (typeof value !== "object") return `a ${typeof value} is no JSON`;
  for (const key of Object.keys(value)) {
    if (FORBIDDEN_KEYS.has(key)) return `the key ${JSON.stringify(key)} is not allowed`;
    if (key.includes("\0") || !key.isWellFormed()) return "a key is not well-formed";
    const why = whyNotStorable((value as JsonObject)[key], depth + 1);
    if (why) return why;
  }
  return undefined;
}

/** Any JSON value that may be stored; see {@link whyNotStorable}. The value passes through as it is. */
export const jsonSchema = z
  .unknown()
  .superRefine((value, context) => {
    const why = whyNotStorable(value);
    if (why) context.addIssue({ code: "custom", message: why });
  })
  .transform((value) => value as Json)
  .meta({ description: "Any JSON value" });

/** A JSON object that may be stored; see {@link whyNotStorable}. */
export const jsonObjectSchema = z
  .record(z.string(), z.unknown())
  .superRefine((value, context) => {
    const why = whyNotStorable(value);
    if (why) context.addIssue({ code: "custom", message: why });
  })
  .transform((value) => value as JsonObject)
  .meta({ description: "Any JSON object" });
