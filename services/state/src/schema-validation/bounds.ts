import type { JsonObject } from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import { hasReferenceCycle } from "./reference-cycles.ts";

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
  // A validator that is asynchronous returns a promise instead of a result.
  if (Object.hasOwn(schema, "$async")) return unusableSchema("$async is not supported");
  if (hasReferenceCycle(schema)) {
    return unusableSchema("a $ref leads back to itself; put it below properties or items");
  }
  return undefined;
}
