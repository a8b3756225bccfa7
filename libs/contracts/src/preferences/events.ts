import { z } from "zod";
import { defineEvent } from "../define/event.ts";
import { userIdSchema } from "../users/user-id.ts";

/* What happens to accounts, by ids only: names, addresses and secrets lie in documents beside the log. */
const nothing = () => [];

export const events = {
  changed: defineEvent({
    summary: "Somebody changed their preferences",
    data: z.object({ user_id: userIdSchema }),
    changes: nothing,
    sse: null,
    describe: null,
  }),
};
