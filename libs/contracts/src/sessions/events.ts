import { z } from "zod";
import { defineEvent } from "../define/event.ts";
import { SESSION_ENDS } from "./documents.ts";
import { userIdSchema } from "../users/user-id.ts";

const nothing = () => [];

const time = z.iso.datetime();

const ofSession = { session_id: z.uuid(), user_id: userIdSchema };

export const events = {
  started: defineEvent({
    summary: "An account logged in",
    data: z.object({ ...ofSession, expires_at: time }),
    changes: nothing,
    sse: null,
    describe: null,
  }),

  refreshed: defineEvent({
    summary: "A session has a new refresh token",
    data: z.object({ ...ofSession, generation: z.int().min(1) }),
    changes: nothing,
    sse: null,
    describe: null,
  }),

  ended: defineEvent({
    summary: "A session ended; its tokens are invalid",
    data: z.object({ ...ofSession, reason: z.enum(SESSION_ENDS) }),
    changes: nothing,
    sse: null,
    describe: null,
  }),
};
