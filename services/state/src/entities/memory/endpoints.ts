import type { MemoryEntry } from "@vega/contracts";
import { VegaError, memory, memoryId } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { StateContext } from "../../state-context.ts";
import { decideConfigureMemory, decideDeleteMemory, isExpired, nothingThere } from "./commands.ts";
import { schemaRefusal } from "../../schema-validation/bounds.ts";
import { createPut } from "./put.ts";
import { searchMemory } from "./search.ts";
import { readNamespaces } from "./read-namespaces.ts";

export function memoryEndpoints({ store, writer, schemas, limits, now }: StateContext): Endpoint[] {
  const unexpired = async (namespace: string): Promise<MemoryEntry[]> => {
    const documents = await store.query("memory", { prefix: memoryId(namespace, "") });
    const at = now();
    return documents.map(({ body }) => body).filter((entry) => !isExpired(entry, at));
  };
  const settingsOf = async (namespace: string) => ({
    schema: (await store.get("memory_namespaces", namespace))?.schema ?? null,
    limits: {
      value_bytes: limits.valueBytes,
      keys: limits.keys,
      namespace_bytes: limits.namespaceBytes,
    },
  });
  const put = createPut({ writer, schemas, limits });
  return [
    endpoint(memory.requests.get, async ({ namespace, key }) => {
      // The head first: the entry is at least as new as the sequence that is answered.
      const { sequence } = writer.head();
      const entry = await store.get("memory", memoryId(namespace, key));
      if (!entry || isExpired(entry, now())) {
        throw new VegaError("not_found", nothingThere(namespace, key));
      }
      return { sequence, entry };
    }),
    endpoint(memory.requests.put, async ({ namespace, values }, { context, deadline }) => {
      const { result, sequence } = await put(namespace, values, context, deadline);
      return { sequence, entries: result };
    }),
    endpoint(memory.requests.delete, async ({ namespace, key }, { context, deadline }) => {
      const command = decideDeleteMemory(namespace, key);
      const { sequence } = await writer.submit(command, context, deadline);
      return { sequence };
    }),
    endpoint(memory.requests.readValues, async ({ namespace }) => {
      const { sequence } = writer.head();
      const entries = await unexpired(namespace);
      return {
        sequence,
        values_json: JSON.stringify(
          Object.fromEntries(entries.map(({ key, value }) => [key, value])),
        ),
      };
    }),
    endpoint(memory.requests.list, async ({ namespace }) => {
      const { sequence } = writer.head();
      const [entries, settings] = await Promise.all([unexpired(namespace), settingsOf(namespace)]);
      return { sequence, entries, ...settings };
    }),
    endpoint(memory.requests.search, async ({ namespace, ...query }) => {
      const { sequence } = writer.head();
      const [page, settings] = await Promise.all([
        searchMemory(store, namespace, query, now()),
        settingsOf(namespace),
      ]);
      return { sequence, ...page, ...settings };
    }),
    endpoint(memory.requests.namespaces, async ({ owner, after, limit }) => {
      const { sequence } = writer.head();
      const found = await readNamespaces(store, { owner, after, limit });
      const namespaces = found.slice(0, limit);
      const last = found.length > limit ? namespaces.at(-1) : undefined;
      return { sequence, namespaces, next_after: last?.namespace ?? null };
    }),
    endpoint(memory.requests.configure, async ({ namespace, schema }, { context, deadline }) => {
      const refusal =
        schema === null
          ? undefined
          : (schemaRefusal(schema, limits) ??
            (await schemas.checkSchema(namespace, schema, deadline)));
      if (refusal) throw refusal;
      const command = decideConfigureMemory(namespace, schema);
      const { sequence } = await writer.submit(command, context, deadline);
      return { sequence };
    }),
  ];
}
