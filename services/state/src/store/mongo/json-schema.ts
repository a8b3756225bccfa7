import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { JsonSchema } from "./json-schema-keywords.ts";
import { bounds, bsonType, portablePattern } from "./json-schema-keywords.ts";

/** Keywords that mean the same in both dialects and hold no schema. */
const SAME = [
  "title",
  "description",
  "enum",
  // Both sides count code points.
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
] as const;

interface PatternHolder {
  readonly pattern?: RegExp;
}

/**
 * What a zod schema accepts, in the dialect of MongoDB's `$jsonSchema`: draft 4 without `$ref`, `format`, `default` and
 * `integer`, https://www.mongodb.com/docs/manual/reference/operator/query/jsonSchema/
 * What can't be said there is left out: the validator may be more lenient than zod, never stricter. Since it describes
 * the input, it also allows fields that zod does not know, as a newer replica may write.
 */
export function toMongoSchema(schema: z.ZodType): JsonSchema {
  const source: JsonSchema = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override({ zodSchema, jsonSchema }) {
      // JSON Schema has no place for a pattern's flags, so a pattern with flags would mean something else.
      const { pattern, checks = [] } = zodSchema._zod.def as PatternHolder & {
        checks?: { _zod: { def: PatternHolder } }[];
      };
      const patterns = [pattern, ...checks.map((check) => check._zod.def.pattern)];
      if (patterns.some((regex) => regex && regex.flags !== "")) {
        delete jsonSchema.pattern;
        delete jsonSchema.allOf;
      }
    },
  });
  return toMongoDialect(source);
}

/** Translates a JSON Schema (draft 2020-12) into MongoDB's dialect. */
export function toMongoDialect(root: JsonSchema): JsonSchema {
  return translate(root, root, []);
}

function translate(node: JsonSchema, root: JsonSchema, within: readonly string[]): JsonSchema {
  const child = (value: unknown): unknown =>
    typeof value === "object" && value !== null
      ? translate(value as JsonSchema, root, within)
      : value;
  const all = (values: unknown) => (values as unknown[]).map((value) => child(value));

  const reference = node["$ref"];
  if (typeof reference === "string") {
    // MongoDB follows no references, so a schema that contains itself ends at its first round: anything goes.
    if (within.includes(reference)) return {};
    return translate(resolve(reference, root), root, [...within, reference]);
  }

  const result: Record<string, unknown> = {
    ...bsonType(node),
    ...bounds(node),
    ...portablePattern(node),
  };
  for (const keyword of SAME) if (keyword in node) result[keyword] = node[keyword];
  if ("const" in node) result["enum"] = [node["const"]];
  if ("allOf" in node) result["allOf"] = all(node["allOf"]);
  // Never oneOf: alternatives that have become more lenient may accept the same value.
  const alternatives = node["anyOf"] ?? node["oneOf"];
  if (alternatives !== undefined) result["anyOf"] = all(alternatives);
  // For the same reason, of "not" only "nothing at all" (z.never) can be taken over.
  if (isDeepStrictEqual(node["not"], {})) result["not"] = {};

  if ("properties" in node) {
    const properties = Object.entries(node["properties"] as JsonSchema);
    result["properties"] = Object.fromEntries(properties.map(([name, of]) => [name, child(of)]));
  }
  // Draft 4 wants at least one name.
  if ((node["required"] as string[] | undefined)?.length) result["required"] = node["required"];
  if ("additionalProperties" in node) {
    result["additionalProperties"] = child(node["additionalProperties"]);
  }
  if ("prefixItems" in node) {
    result["items"] = all(node["prefixItems"]);
    if ("items" in node) result["additionalItems"] = child(node["items"]);
  } else if ("items" in node) result["items"] = child(node["items"]);
  return result;
}

function resolve(reference: string, root: JsonSchema): JsonSchema {
  const path = reference.replace(/^#\/?/, "").split("/").filter(Boolean);
  let found: unknown = root;
  for (const name of path) found = (found as JsonSchema | undefined)?.[name];
  if (found === undefined) throw new Error(`the schema has no ${reference}`);
  return found as JsonSchema;
}
