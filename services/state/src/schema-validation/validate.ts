import type { ErrorDetail } from "@vega/contracts";
import type { Options, ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Job, Verdict } from "./protocol.ts";

/* Runs in the worker thread only: a caller's schema can take any time and any memory. */

/** Compiled schemas kept; the least recently used is dropped first. */
const MAX_COMPILED = 200;
/** Characters of their texts in total, which bounds the memory of the compiled code. */
const MAX_COMPILED_CHARACTERS = 512 * 1024;
/** Errors of one value that are reported. */
const MAX_FAULTS = 20;

const OPTIONS: Options = {
  strict: false,
  allErrors: false,
  validateFormats: false,
  // Optimising takes three times as long as compiling, and validation is no faster with it.
  code: { optimize: false },
  // A schema must not write to the log of the service.
  logger: false,
};

/** Checks schemas against the meta-schema, which takes 30 ms to compile: once a thread, not once a schema. */
const metaSchema = new Ajv2020(OPTIONS);

const compiled = new Map<string, ValidateFunction>();
let characters = 0;

function remember(text: string, validate: ValidateFunction): void {
  compiled.set(text, validate);
  characters += text.length;
  for (const oldest of compiled.keys()) {
    if (compiled.size <= MAX_COMPILED && characters <= MAX_COMPILED_CHARACTERS) break;
    compiled.delete(oldest);
    characters -= oldest.length;
  }
}

function compile(text: string): ValidateFunction {
  const found = compiled.get(text);
  if (found) {
    compiled.delete(text);
    compiled.set(text, found);
    return found;
  }
  const schema = JSON.parse(text) as Record<string, unknown>;
  if (metaSchema.validateSchema(schema) !== true) {
    throw new Error(`schema is invalid: ${metaSchema.errorsText()}`);
  }
  // One instance a schema: its $id cannot collide with that of another namespace.
  const ajv = new Ajv2020({
    ...OPTIONS,
    validateSchema: false,
    meta: text.includes("json-schema.org"),
  });
  const validate = ajv.compile(schema);
  // An asynchronous validator returns a promise, which would count as valid.
  if ("$async" in validate) throw new Error("$async is not supported");
  remember(text, validate);
  return validate;
}

const faultsOf = ({ errors }: ValidateFunction): ErrorDetail[] =>
  (errors ?? []).slice(0, MAX_FAULTS).map((error) => ({
    path: error.instancePath,
    message: error.message ?? "does not meet the schema",
  }));

const messageOf = (error: unknown): string =>
  error instanceof RangeError
    ? "a $ref leads back to itself, or the schema or the value is nested too deeply"
    : error instanceof Error
      ? error.message
      : String(error);

export function validateJob({ schema, values }: Job): Verdict {
  try {
    const validate = compile(schema);
    if (values === null) return { kind: "valid" };
    for (const [index, value] of (JSON.parse(values) as unknown[]).entries()) {
      if (!validate(value)) return { kind: "invalid", index, faults: faultsOf(validate) };
    }
    return { kind: "valid" };
  } catch (error) {
    return { kind: "unusable", message: messageOf(error) };
  }
}

/** Compiles the meta-schema and the code paths of most schemas, so that no job pays for it. */
export function warmUp(): void {
  const properties = { a: { type: "string", pattern: "^a" }, b: { type: "integer", minimum: 1 } };
  const schema = JSON.stringify({ type: "object", properties, required: ["a"] });
  validateJob({ schema, values: JSON.stringify([{ a: "a", b: 1 }, {}]) });
  compiled.clear();
  characters = 0;
}
