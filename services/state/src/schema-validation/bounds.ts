import type { JsonObject } from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import { hasReferenceCycle, objectsOf } from "./reference-cycles.ts";

/* Checks of a caller's JSON Schema without compiling it. */

export const unusableSchema = (message: string): VegaError =>
  new VegaError("invalid", "this is no JSON Schema that can be used", [
    { path: "/schema", message },
  ]);

/** Why a namespace cannot have this schema, as far as its text shows; undefined: it may be compiled. */
export function schemaRefusal(
  schema: JsonObject,
  limits: { readonly schemaBytes: number },
): VegaError | undefined {
  const bytes = Buffer.byteLength(JSON.stringify(schema));
  if (bytes > limits.schemaBytes) {
    return new VegaError(
      "too_large",
      `a schema may have at most ${limits.schemaBytes} bytes; this one has ${bytes}`,
    );
  }
  const keyword = unsupportedKeyword(schema);
  if (keyword) return unusableSchema(keyword);
  if (hasReferenceCycle(schema)) {
    return unusableSchema("a $ref leads back to itself; put it below properties or items");
  }
  return undefined;
}

/**
 * An asynchronous validator returns a promise instead of a result. Ajv checks nothing for a `$dynamicRef` whose anchor is
 * in `$defs`. A property may have these names: its schema is an object.
 */
function unsupportedKeyword(root: JsonObject): string | undefined {
  for (const schema of objectsOf(root)) {
    if (Object.hasOwn(schema, "$async") && typeof schema["$async"] !== "object") {
      return "$async is not supported";
    }
    if (typeof schema["$dynamicRef"] === "string") return "$dynamicRef is not supported; use $ref";
  }
  return undefined;
}
