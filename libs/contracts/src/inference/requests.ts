import { z } from "zod";
import { ownerSchema } from "../conversations/owner.ts";
import { jsonObjectSchema } from "../define/json.ts";
import { defineRequest } from "../define/request.ts";
import { providerStatusSchema } from "./documents.ts";

/** Disabled modules, from the caller: the ai service does not follow the log. */
const off = z.array(z.string()).optional();

/** The error of the models; see ChatFault. */
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
  /** The gRPC address of one instance, as `host:port`, for a gateway without a configured one. */
  locate: defineRequest({
    subject: "vega.ai.inference.locate",
    callers: ["gateway"],
    input: z.object({}),
    output: z.object({ address: z.string() }),
    errors: [],
    timeoutMs: 2_000,
  }),

  /**
   * Cancels calls under way: one by its id, or those of a conversation. Sent to all instances; only an instance with
   * such a call replies, so no reply (`timeout`, `unavailable`) means that no replica has it.
   */
  cancelCalls: defineRequest({
    subject: "vega.ai.calls.cancel",
    callers: ["gateway"],
    broadcast: true,
    input: z.union([
      z.object({ call_id: z.string().min(1).max(64) }),
      z.object({ owner: ownerSchema, conversation_id: z.uuid() }),
    ]),
    output: z.object({ cancelled: z.int().min(1) }),
    errors: [],
    timeoutMs: 1_000,
  }),

  /** All models and aliases that requests can name. */
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
      /** The default model or alias. */
      preferred: z.string(),
    }),
    errors: [],
  }),

  /** Embeddings of texts from the first available model of a chain; not stored. Shapes as in OpenAI's API. */
  createEmbeddings: defineRequest({
    subject: "vega.ai.embeddings.create",
    callers: ["gateway"],
    input: z.object({
      body: jsonObjectSchema,
      /** The account that is charged; absent: none. */
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
