import { z } from "zod";
import { defineEvent } from "../define/event.ts";
import { userIdSchema } from "../users/user-id.ts";

const nothing = () => [];

export const events = {
  changed: defineEvent({
    summary: "An account changed its preferences",
    data: z.object({ user_id: userIdSchema }),
    changes: nothing,
    sse: null,
    describe: null,
  }),
};
