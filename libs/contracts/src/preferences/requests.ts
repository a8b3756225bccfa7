import { z } from "zod";
import { jsonObjectSchema } from "../define/json.ts";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";
import { preferencesSchema } from "./documents.ts";
import { userIdSchema } from "../users/user-id.ts";

export const requests = {
  get: defineRequest({
    subject: "vega.state.preferences.get",
    callers: ["gateway", "ai"],
    input: z.object({ user_id: userIdSchema }),
    output: z.object({ ...sequenced, preferences: preferencesSchema.nullable() }),
    errors: [],
  }),

  put: defineRequest({
    subject: "vega.state.preferences.put",
    callers: ["gateway"],
    input: z.object({ user_id: userIdSchema, value: jsonObjectSchema }),
    output: z.object({ ...sequenced, preferences: preferencesSchema }),
    errors: ["too_large", "not_found"],
  }),

  /** Ids of accounts that allow their conversations to be distilled, in order, after one. */
  listDistilling: defineRequest({
    subject: "vega.state.preferences.distilling",
    callers: ["ai"],
    input: z.object({
      after: userIdSchema.nullish(),
      limit: z.int().min(1).max(500).default(100),
    }),
    output: z.object({ ...sequenced, user_ids: z.array(userIdSchema) }),
    errors: [],
  }),
};
