import { z } from "zod";
import { roleSchema } from "../access/permissions.ts";
import { defineEvent } from "../define/event.ts";
import { userIdSchema } from "../users/user-id.ts";

const nothing = () => [];

const time = z.iso.datetime();

const issuedSchema = z.object({
  purpose: z.enum(["invite", "password_reset"]),
  user_id: userIdSchema.nullable(),
  role: roleSchema.nullable(),
  expires_at: time,
});

export const events = {
  /** An invitation or a password reset link was issued. */
  issued: defineEvent({
    summary: "An invitation or a password reset link was issued",
    data: issuedSchema,
    changes: nothing,
    sse: null,
    describe: null,
  }),

  /** An invitation or a link expired unused. */
  expired: defineEvent({
    summary: "An invitation or a password reset link expired unused",
    data: issuedSchema.pick({ purpose: true, user_id: true }),
    changes: nothing,
    sse: null,
    describe: null,
  }),
};
