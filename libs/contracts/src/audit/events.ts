import { z } from "zod";
import { ERROR_STATUS } from "../define/errors.ts";
import type { ErrorCode } from "../define/errors.ts";
import { defineEvent } from "../define/event.ts";
import { userIdSchema } from "../users/user-id.ts";

const nothing = () => [];

const errorCodeSchema = z.enum(Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]]);

export const events = {
  /** Failed logins; frequent ones are combined into one entry with a count. */
  loginFailed: defineEvent({
    type: "vega.login.failed.v1",
    summary: "Logins failed, `count` of them",
    data: z.object({
      /** Null for an unknown username, which may be a mistyped password. */
      user_id: userIdSchema.nullable(),
      reason: z.enum(["password", "unknown", "disabled", "throttled"]),
      count: z.int().min(1),
    }),
    changes: nothing,
    sse: null,
    describe: null,
  }),

  /** Refused requests to a route; frequent ones are combined into one entry with a count. */
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

  /** An administrator read data of others. */
  adminRead: defineEvent({
    type: "vega.admin.read.v1",
    summary: "An administrator read data of others",
    data: z.object({ route: z.string().max(128) }),
    changes: nothing,
    sse: null,
    describe: null,
  }),
};
