import { z } from "zod";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";
import { userIdSchema } from "../users/user-id.ts";
import { preferencesSchema, sharedPreferencesSchema } from "./documents.ts";
import { preferenceValuesSchema } from "./values.ts";

/**
 * `if_match`: the write is refused with `precondition_failed` unless the present `preferencesTag` is in the list.
 * Absent: no condition.
 */
const write = {
  value: preferenceValuesSchema,
  if_match: z.array(z.string().max(200)).max(100).optional(),
};

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
    input: z.object({ user_id: userIdSchema, ...write }),
    output: z.object({ ...sequenced, preferences: preferencesSchema }),
    errors: ["too_large", "not_found", "precondition_failed"],
  }),

  getShared: defineRequest({
    subject: "vega.state.preferences.get_shared",
    callers: ["gateway"],
    input: z.object({}),
    output: z.object({ ...sequenced, preferences: sharedPreferencesSchema.nullable() }),
    errors: [],
  }),

  putShared: defineRequest({
    subject: "vega.state.preferences.put_shared",
    callers: ["gateway"],
    input: z.object(write),
    output: z.object({ ...sequenced, preferences: sharedPreferencesSchema }),
    errors: ["too_large", "precondition_failed"],
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
