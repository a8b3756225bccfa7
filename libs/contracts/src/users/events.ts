import { z } from "zod";
import { roleSchema } from "../access/permissions.ts";
import { defineEvent } from "../define/event.ts";
import { userIdSchema } from "./user-id.ts";

/* Events of accounts have ids only: names, addresses and secrets are in documents beside the log. */

const nothing = () => [];

export const events = {
  registered: defineEvent({
    summary: "An account was created",
    data: z.object({
      user_id: userIdSchema,
      role: roleSchema,
      by: z.enum(["self", "invite", "admin", "first_start"]),
    }),
    changes: nothing,
    sse: null,
    describe: null,
  }),

  changed: defineEvent({
    summary:
      "The role, password or email address of an account changed, or it was disabled or enabled",
    data: z.object({
      user_id: userIdSchema,
      changed: z.array(z.enum(["role", "disabled", "password", "email"])),
      role: roleSchema,
      disabled: z.boolean(),
    }),
    changes: nothing,
    sse: null,
    describe: null,
  }),

  /** An account was erased, with the content of the entries of these sequences; their hashes stay. */
  erased: defineEvent({
    summary: "An account and everything about it was erased",
    data: z.object({ user_id: userIdSchema, erased: z.array(z.int().min(1)) }),
    changes: nothing,
    sse: null,
    describe: null,
  }),
};
