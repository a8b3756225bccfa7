import { z } from "zod";
import { ownerSchema } from "../conversations/owner.ts";
import { jsonObjectSchema } from "../define/json.ts";
import { defineRequest } from "../define/request.ts";
import { providerStatusSchema } from "./documents.ts";

/** Modules that gate something and are off, as who asks knows them: the ai service follows no log. */
const off = z.array(z.string()).optional();

/** What became of the models that were asked; see ChatFault. */
const faultSchema = z.object({
  kind: z.string(),
  message: z.string(),
  of_model: z.boolean(),
  status: z.int().optional(),
  retry_after_ms: z.number().optional(),
  param: z.string().optional(),
  provider: z.string().optional(),
});

export const requests = {
  /* What is asked of the ai service beside answers, which come over gRPC: see inference.proto. */

  /** Where one instance takes calls over gRPC, as `host:port`, for a gateway that was told of none. */
  locate: defineRequest({
    subject: "vega.ai.inference.locate",
    callers: ["gateway"],
    input: z.object({}),
    output: z.object({ address: z.string() }),
    errors: [],
    timeoutMs: 2_000,
  }),

  /**
   * Cancels calls under way: one by its id, or what is answered in a conversation. Asked of all instances; only one that
   * has such a call answers, so nobody's answer (`timeout`, `unavailable`) means that there is none.
   */
  cancelCalls: defineRequest({
    subject: "vega.ai.calls.cancel",
    callers: ["gateway"],
    input: z.union([
      z.object({ call_id: z.string().min(1).max(64) }),
      z.object({ owner: ownerSchema, conversation_id: z.uuid() }),
    ]),
    output: z.object({ cancelled: z.int().min(1) }),
    errors: [],
    timeoutMs: 1_000,
  }),

  /** All models and aliases, as they can be asked for. */
  listModels: defineRequest({
    subject: "vega.ai.models.list",
    callers: ["gateway"],
    input: z.object({ off }),
    output: z.object({ models: z.array(z.object({ id: z.string(), owned_by: z.string() })) }),
    errors: [],
    timeoutMs: 8_000,
  }),

  listProviders: defineRequest({
    subject: "vega.ai.providers.list",
    callers: ["gateway"],
    input: z.object({}),
    output: z.object({
      providers: z.array(providerStatusSchema),
      /** The model or alias that is asked where none is named. */
      preferred: z.string(),
    }),
    errors: [],
  }),

  /** Embeddings of texts, from the first model of a chain that can; nothing of it is stored. Shapes as OpenAI has them. */
  createEmbeddings: defineRequest({
    subject: "vega.ai.embeddings.create",
    callers: ["gateway"],
    input: z.object({
      body: jsonObjectSchema,
      /** On whose account it goes; absent: of no account. */
      caller: z.object({ owner: ownerSchema, key_id: z.string().nullable() }).optional(),
      off,
    }),
    output: z.union([
      z.object({ body: jsonObjectSchema, headers: z.record(z.string(), z.string()) }),
      z.object({ fault: faultSchema }),
    ]),
    errors: [],
    timeoutMs: 60_000,
  }),
};
