import type { JsonObject, MemoryEntry, RequestContext } from "@vega/contracts";
import type { StateContext } from "../../state-context.ts";
import type { Outcome } from "../../log/batch.ts";
import type { NewValue, SchemaCheck } from "./commands.ts";
import { exceedsLimits, decidePutMemory, SchemaChangedError } from "./commands.ts";

/** Attempts of one put whose namespace gets another schema each time. */
const MAX_ATTEMPTS = 5;

export type Put = (
  namespace: string,
  values: readonly NewValue[],
  context: RequestContext,
  deadline: number,
) => Promise<Outcome<MemoryEntry[]>>;

/**
 * Validates values outside of the writer, against the schema that is in memory. The command compares that schema with
 * the one in force at its sequence; where they differ it is refused with the latter, and the values are validated again.
 * A namespace without a schema needs neither a worker nor a second attempt.
 */
export function createPut({
  writer,
  schemas,
  limits,
}: Pick<StateContext, "writer" | "schemas" | "limits">): Put {
  return async (namespace, values, context, deadline) => {
    const check = async (schema: JsonObject | null | undefined): Promise<SchemaCheck | undefined> =>
      // What exceeds a limit is refused by the command, without a validation.
      schema == null || exceedsLimits(values, limits)
        ? undefined
        : {
            schema,
            refusal: await schemas.checkValues(namespace, schema, values, deadline),
          };

    let schema = writer.schemaOf(namespace);
    for (let attempt = 1; ; attempt += 1) {
      const command = decidePutMemory(namespace, values, limits, await check(schema));
      try {
        return await writer.submit(command, context, deadline);
      } catch (error) {
        if (!(error instanceof SchemaChangedError) || attempt === MAX_ATTEMPTS) throw error;
        ({ schema } = error);
      }
    }
  };
}
