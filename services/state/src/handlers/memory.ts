import type { JsonObject, MemoryEntry } from "@vega/contracts";
import {
  configureMemory,
  deleteMemory,
  getMemory,
  listMemory,
  memoryId,
  putMemory,
  VegaError,
} from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { App } from "../app/app.ts";
import * as memory from "../domain/memory.ts";

export function memoryEndpoints({ store, writer, limits, now }: App): Endpoint[] {
  return [
    endpoint(getMemory, async ({ namespace, key }) => {
      // The head first: the entry is at least as new as the sequence that is answered.
      const { sequence } = writer.head();
      const body = await store.get("memory", memoryId(namespace, key));
      const entry = body as unknown as MemoryEntry | undefined;
      if (!entry || memory.isExpired(entry, now())) {
        throw new VegaError(
          "not_found",
          `there is nothing under ${JSON.stringify(key)} in ${namespace}`,
        );
      }
      return { sequence, entry };
    }),
    endpoint(putMemory, async ({ namespace, values }, { context, deadline }) => {
      const command = memory.putMemory(namespace, values, limits);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, entries: result };
    }),
    endpoint(deleteMemory, async ({ namespace, key }, { context, deadline }) => {
      const command = memory.deleteMemory(namespace, key);
      const { sequence } = await writer.submit(command, context, deadline);
      return { sequence };
    }),
    endpoint(listMemory, async ({ namespace }) => {
      const { sequence } = writer.head();
      const [documents, settings] = await Promise.all([
        store.query("memory", { prefix: memoryId(namespace, "") }),
        store.get("memory_namespaces", namespace),
      ]);
      const entries = documents.map(({ body }) => body as unknown as MemoryEntry);
      const at = now();
      return {
        sequence,
        entries: entries.filter((entry) => !memory.isExpired(entry, at)),
        schema: (settings?.["schema"] as JsonObject | undefined) ?? null,
        limits: {
          value_bytes: limits.valueBytes,
          keys: limits.keys,
          namespace_bytes: limits.namespaceBytes,
        },
      };
    }),
    endpoint(configureMemory, async ({ namespace, schema }, { context, deadline }) => {
      const command = memory.configureMemory(namespace, schema, limits);
      const { sequence } = await writer.submit(command, context, deadline);
      return { sequence };
    }),
  ];
}
