import { z } from "zod";
import { scopeSchema } from "../access/permissions.ts";
import { defineEvent } from "../define/event.ts";
import { userIdSchema } from "../users/user-id.ts";

const nothing = () => [];

const time = z.iso.datetime();

const ofKey = { key_id: z.uuid(), user_id: userIdSchema };

export const events = {
  created: defineEvent({
    summary: "An API key was created",
    data: z.object({ ...ofKey, scopes: z.array(scopeSchema), expires_at: time.nullable() }),
    changes: nothing,
    sse: null,
    describe: null,
  }),

  revoked: defineEvent({
    summary: "An API key was revoked",
    data: z.object({ ...ofKey, reason: z.enum(["revoked", "expired", "erased"]) }),
    changes: nothing,
    sse: null,
    describe: null,
  }),
};
