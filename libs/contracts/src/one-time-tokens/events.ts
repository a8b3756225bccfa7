import { z } from "zod";
import { roleSchema } from "../access/permissions.ts";
import { defineEvent } from "../define/event.ts";
import { userIdSchema } from "../users/user-id.ts";

/* What happens to accounts, by ids only: names, addresses and secrets lie in documents beside the log. */
const nothing = () => [];

const time = z.iso.datetime();

const issuedSchema = z.object({
  purpose: z.enum(["invite", "password_reset"]),
  user_id: userIdSchema.nullable(),
  role: roleSchema.nullable(),
  expires_at: time,
});

export const events = {
  /** An invitation or a link for a new password was made. */
  issued: defineEvent({
    summary: "An invitation or a link for a new password was made",
    data: issuedSchema,
    changes: nothing,
    sse: null,
    describe: null,
  }),

  /** An invitation or a link was not used in its time. */
  expired: defineEvent({
    summary: "An invitation or a link for a new password went unused",
    data: issuedSchema.pick({ purpose: true, user_id: true }),
    changes: nothing,
    sse: null,
    describe: null,
  }),
};
