import type { JsonObject, MemoryEntry } from "@vega/contracts";
import {
  VegaError,
  jsonObjectSchema,
  jsonSchema,
  memory,
  memoryKeySchema,
  namespaceSchema,
  searchCursorSchema,
  storedNamespace,
  ttlSecondsSchema,
} from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { component } from "../openapi/components.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { ownerToRead, ownerToWrite, sharedQuery } from "./memory-owner.ts";
import { limitQuery } from "./parameters.ts";
import { problemResponse, success } from "./schemas.ts";

const namespaceParams = z.object({ namespace: namespaceSchema.meta({ example: "notes" }) });
const entryParams = namespaceParams.extend({ key: memoryKeySchema.meta({ example: "city" }) });

const entryShape = component(
  "MemoryEntry",
  z.object({
    key: z.string(),
    value: z.unknown(),
    expires_at: z.iso.datetime().nullable(),
    updated_at: z.iso.datetime(),
  }),
);
const limitsShape = memory.requests.list.output.shape.limits;

const showEntry = ({ key, value, expires_at, updated_at }: MemoryEntry) => ({
  key,
  value,
  expires_at,
  updated_at,
});

/** The equivalent object of a boolean JSON Schema. JSON Schema Core 2020-12, section 4.3.2. */
const toObject = (schema: JsonObject | boolean | null): JsonObject | null => {
  if (typeof schema !== "boolean") return schema;
  return schema ? {} : { not: {} };
};
const searchQuery = sharedQuery.extend({
  q: z.string().trim().min(1).max(200).optional().meta({ description: "Words to search for" }),
  cursor: searchCursorSchema
    .optional()
    .meta({ description: "With `q`: `next_cursor` of the previous page" }),
  limit: limitQuery(200, 50),
});

/** Vega Memory by namespace and key: the account's own, or the shared one. */
export const memoryRoutes: Routes = async (app, { services }) => {
  app.get(
    "/api/memory/:namespace",
    {
      config: { access: "memory-read" },
      schema: {
        operationId: "getNamespace",
        summary: "Get a namespace: entries, schema and limits; or search its entries",
        description:
          "`q` finds entries whose key or value has a word for each word of the text, which begins with it, in any case and with or without diacritics: those with all words in the key first, then the newest. Without `q`, all entries are returned.",
        tags: ["memory"],
        params: namespaceParams,
        querystring: searchQuery,
        response: {
          200: z.object({
            namespace: z.string(),
            entries: z.array(entryShape),
            schema: z.record(z.string(), z.unknown()).nullable(),
            limits: limitsShape,
            next_cursor: z.string().nullable().optional().meta({ description: "With `q`" }),
            complete: z.boolean().optional().meta({
              description: "With `q`: false while entries of an older version are being indexed",
            }),
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { namespace } = request.params;
      const { q: text, cursor, limit } = request.query;
      const input = { namespace: storedNamespace(ownerToRead(request), namespace) };
      if (text === undefined) {
        const result = await services.request(memory.requests.list, input, contextOf(request));
        setSequenceHeader(reply, result.sequence);
        const { entries, schema, limits } = result;
        return { namespace, entries: entries.map(showEntry), schema, limits };
      }
      const search = { ...input, text, cursor, limit };
      const result = await services.request(memory.requests.search, search, contextOf(request));
      const { sequence, entries, ...found } = result;
      setSequenceHeader(reply, sequence);
      return { namespace, entries: entries.map(showEntry), ...found };
    },
  );

  app.get(
    "/api/memory-namespaces",
    {
      config: { access: "memory-read" },
      schema: {
        operationId: "listNamespaces",
        summary: "List the namespaces that have values or a schema, in their order",
        tags: ["memory"],
        querystring: sharedQuery.extend({
          after: namespaceSchema
            .optional()
            .meta({ description: "`next_after` of the previous page" }),
          limit: limitQuery(500, 100),
        }),
        response: {
          200: memory.requests.namespaces.output.omit({ sequence: true }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { after, limit } = request.query;
      const input = { owner: ownerToRead(request), limit, ...(after && { after }) };
      const { sequence, ...page } = await services.request(
        memory.requests.namespaces,
        input,
        contextOf(request),
      );
      setSequenceHeader(reply, sequence);
      return page;
    },
  );

  app.put(
    "/api/memory/:namespace",
    {
      config: { access: "memory" },
      schema: {
        operationId: "putNamespace",
        summary: "Set the JSON Schema for new values of a namespace; null removes it",
        tags: ["memory"],
        params: namespaceParams,
        querystring: sharedQuery,
        body: z
          .object({ schema: z.union([jsonObjectSchema, z.boolean()]).nullable() })
          .meta({ example: { schema: { type: "string", maxLength: 100 } } }),
        response: {
          200: z.object({
            namespace: z.string(),
            schema: z.record(z.string(), z.unknown()).nullable(),
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { namespace } = request.params;
      const schema = toObject(request.body.schema);
      const input = { namespace: storedNamespace(ownerToWrite(request), namespace), schema };
      const result = await services.request(memory.requests.configure, input, contextOf(request));
      setSequenceHeader(reply, result.sequence);
      return { namespace, schema };
    },
  );

  app.get(
    "/api/memory/:namespace/:key",
    {
      config: { access: "memory-read" },
      schema: {
        operationId: "getMemoryEntry",
        summary: "Get a memory entry",
        tags: ["memory"],
        params: entryParams,
        querystring: sharedQuery,
        response: { 200: entryShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const { namespace, key } = request.params;
      const input = { namespace: storedNamespace(ownerToRead(request), namespace), key };
      const result = await services.request(memory.requests.get, input, contextOf(request));
      setSequenceHeader(reply, result.sequence);
      return showEntry(result.entry);
    },
  );

  app.put(
    "/api/memory/:namespace/:key",
    {
      config: { access: "memory" },
      schema: {
        operationId: "putMemoryEntry",
        summary: "Store a value, optionally with a time to live",
        tags: ["memory"],
        params: entryParams,
        querystring: sharedQuery,
        body: z
          .object({ value: jsonSchema, ttl_seconds: ttlSecondsSchema.nullish() })
          .meta({ example: { value: "Vienna", ttl_seconds: 3_600 } }),
        response: { 200: entryShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const { namespace, key } = request.params;
      const { value, ttl_seconds } = request.body;
      const input = {
        namespace: storedNamespace(ownerToWrite(request), namespace),
        values: [{ key, value, ttl_seconds }],
      };
      const result = await services.request(memory.requests.put, input, contextOf(request));
      setSequenceHeader(reply, result.sequence);
      const [entry] = result.entries;
      if (!entry) throw new VegaError("internal", "the reply of state lacks the entry");
      return showEntry(entry);
    },
  );

  app.delete(
    "/api/memory/:namespace/:key",
    {
      config: { access: "memory" },
      schema: {
        operationId: "deleteMemoryEntry",
        summary: "Delete a memory entry",
        tags: ["memory"],
        params: entryParams,
        querystring: sharedQuery,
        response: { 200: success, ...problemResponse },
      },
    },
    async (request, reply) => {
      const { namespace, key } = request.params;
      const input = { namespace: storedNamespace(ownerToWrite(request), namespace), key };
      const result = await services.request(memory.requests.delete, input, contextOf(request));
      setSequenceHeader(reply, result.sequence);
      return { success: true as const };
    },
  );
};
