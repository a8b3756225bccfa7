import type { ErrorDetail, Json, JsonObject } from "@vega/contracts";
import type { ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";

/** Compiled schemas that are kept; the oldest goes first. */
const MAX_COMPILED = 200;
const compiled = new Map<string, ValidateFunction>();

function compile(schema: JsonObject): ValidateFunction {
  const key = JSON.stringify(schema);
  let validate = compiled.get(key);
  if (!validate) {
    // An instance of its own: a schema's $id can't meet that of another namespace.
    validate = new Ajv2020({ strict: false, allErrors: false, validateFormats: false }).compile(
      schema,
    );
    const oldest = compiled.size >= MAX_COMPILED ? compiled.keys().next().value : undefined;
    if (oldest !== undefined) compiled.delete(oldest);
    compiled.set(key, validate);
  }
  return validate;
}

/** Why this can't be a namespace's schema (JSON Schema 2020-12), or undefined where it can. */
export function schemaFault(schema: JsonObject): string | undefined {
  try {
    compile(schema);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Where a value does not meet a schema. @param path JSON pointer of the value. */
export function valueFaults(schema: JsonObject, value: Json, path: string): ErrorDetail[] {
  const validate = compile(schema);
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => ({
    path: path + error.instancePath,
    message: error.message ?? "does not meet the schema",
  }));
}
