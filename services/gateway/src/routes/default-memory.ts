import {
  DEFAULT_NAMESPACE,
  jsonSchema,
  memory,
  memoryKeySchema,
  storedNamespace,
  systemContext,
} from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { coalesce } from "../coalesce.ts";
import { momentOf, momentQuery, setMomentHeaders } from "./moment.ts";
import { ownerToRead, ownerToWrite, sharedQuery } from "./memory-owner.ts";
import { problemResponse } from "./schemas.ts";
import { sendJson } from "./send-json.ts";

const memoryShape = z.record(z.string(), z.unknown());

/** Legacy routes: the default namespace as one object. */
export const defaultMemoryRoutes: Routes = async (app, { services }) => {
  const readOf = async (owner: string | null) => {
    const input = { namespace: storedNamespace(owner, DEFAULT_NAMESPACE) };
    const result = await services.request(
      memory.requests.readValues,
      input,
      systemContext("gateway"),
    );
    return { sequence: result.sequence, json: result.values_json };
  };
  /** The shared memory: concurrent requests share one read. */
  const readShared = coalesce(() => readOf(null));
  const readMemory = (owner: string | null) => (owner === null ? readShared() : readOf(owner));

  app.get(
    "/api/memory",
    {
      config: { access: "memory-read" },
      schema: {
        operationId: "getDefaultMemory",
        summary: "Get all values of the default namespace",
        tags: ["memory"],
        querystring: sharedQuery.extend(momentQuery.shape),
        response: { 200: z.object({ memory: memoryShape }), ...problemResponse },
      },
    },
    async (request, reply) => {
      const owner = ownerToRead(request);
      const moment = momentOf(request.query);
      if (moment) {
        const namespace = storedNamespace(owner, DEFAULT_NAMESPACE);
        const past = await services.request(
          memory.requests.listAt,
          { namespace, moment },
          contextOf(request),
        );
        setMomentHeaders(reply, past.of);
        return { memory: Object.fromEntries(past.entries.map(({ key, value }) => [key, value])) };
      }
      const { sequence, json } = await readMemory(owner);
      setSequenceHeader(reply, sequence);
      return sendJson(reply, `{"memory":${json}}`);
    },
  );

  app.post(
    "/api/memory-update",
    {
      config: { access: "memory" },
      schema: {
        operationId: "updateDefaultMemory",
        summary: "Merge values into the default namespace",
        tags: ["memory"],
        querystring: sharedQuery,
        body: z
          .object({ update: z.record(memoryKeySchema, jsonSchema) })
          .meta({ example: { update: { city: "Vienna" } } }),
        response: {
          200: z.object({ status: z.literal("updated"), memory: memoryShape }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const values = Object.entries(request.body.update).map(([key, value]) => ({ key, value }));
      const owner = ownerToWrite(request);
      const input = { namespace: storedNamespace(owner, DEFAULT_NAMESPACE), values };
      const { sequence } = await services.request(memory.requests.put, input, contextOf(request));
      setSequenceHeader(reply, sequence);
      const stored = await readMemory(owner);
      setSequenceHeader(reply, stored.sequence);
      return sendJson(reply, `{"status":"updated","memory":${stored.json}}`);
    },
  );
};
