import {
  DEFAULT_NAMESPACE,
  jsonSchema,
  memoryKeySchema,
  putMemory,
  readMemoryValues,
  systemContext,
} from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { noteSequence } from "../plugins/sequence.ts";
import { shareRuns } from "../share-runs.ts";
import { ADMIN_SECURITY, problemResponse } from "./schemas.ts";
import { sendJson } from "./send-view.ts";

const memoryShape = z.record(z.string(), z.unknown());

/** The predecessor's routes: the default namespace as one object. */
export const defaultMemoryRoutes: Routes = async (app, { services }) => {
  /** The whole namespace, serialized once for all who asked meanwhile. */
  const readMemory = shareRuns(async () => {
    const input = { namespace: DEFAULT_NAMESPACE };
    const answer = await services.ask(readMemoryValues, input, systemContext("gateway"));
    return { sequence: answer.sequence, json: answer.values_json };
  });

  app.get(
    "/api/memory",
    {
      config: { access: "open" },
      schema: {
        summary: "What is remembered in the default namespace",
        tags: ["memory"],
        response: { 200: z.object({ memory: memoryShape }), ...problemResponse },
      },
    },
    async (_request, reply) => {
      const { sequence, json } = await readMemory();
      noteSequence(reply, sequence);
      return sendJson(reply, `{"memory":${json}}`);
    },
  );

  app.post(
    "/api/memory-update",
    {
      config: { access: "admin" },
      schema: {
        summary: "Merge into the default namespace",
        tags: ["memory"],
        security: ADMIN_SECURITY,
        body: z.object({ update: z.record(memoryKeySchema, jsonSchema) }),
        response: {
          200: z.object({ status: z.literal("updated"), memory: memoryShape }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const values = Object.entries(request.body.update).map(([key, value]) => ({ key, value }));
      const input = { namespace: DEFAULT_NAMESPACE, values };
      const { sequence } = await services.ask(putMemory, input, contextOf(request));
      noteSequence(reply, sequence);
      const memory = await readMemory();
      noteSequence(reply, memory.sequence);
      return sendJson(reply, `{"status":"updated","memory":${memory.json}}`);
    },
  );
};
