import { z } from "zod";
import { ERROR_STATUS } from "../define/errors.ts";
import type { ErrorCode } from "../define/errors.ts";
import { defineEvent } from "../define/event.ts";
import { userIdSchema } from "../users/user-id.ts";

/* What happens to accounts, by ids only: names, addresses and secrets lie in documents beside the log. */
const nothing = () => [];

const errorCodeSchema = z.enum(Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]]);

export const events = {
  /** Logins that were refused; many in a short time are one entry with their count. */
  loginFailed: defineEvent({
    type: "vega.login.failed.v1",
    summary: "Logins failed, `count` of them",
    data: z.object({
      /** Null where there is no such account: what was typed may be a password. */
      user_id: userIdSchema.nullable(),
      reason: z.enum(["password", "unknown", "disabled", "throttled"]),
      count: z.int().min(1),
    }),
    changes: nothing,
    sse: null,
    describe: null,
  }),

  /** Somebody was refused at a route; many in a short time are one entry with their count. */
  accessDenied: defineEvent({
    type: "vega.access.denied.v1",
    summary: "Requests to a route were refused, `count` of them",
    data: z.object({
      method: z.string().max(16),
      /** The route's pattern, never the URL. */
      route: z.string().max(128),
      reason: errorCodeSchema,
      count: z.int().min(1),
    }),
    changes: nothing,
    sse: null,
    describe: null,
  }),

  /** An administrator read what is not theirs. */
  adminRead: defineEvent({
    type: "vega.admin.read.v1",
    summary: "An administrator read what is others'",
    data: z.object({ route: z.string().max(128) }),
    changes: nothing,
    sse: null,
    describe: null,
  }),
};
