import { z } from "zod";
import { defineEvent } from "../define/event.ts";

/* What happens to accounts, by ids only: names, addresses and secrets lie in documents beside the log. */
const nothing = () => [];

export const events = {
  added: defineEvent({
    summary: "Tokens are signed with a new key from now on",
    data: z.object({ kid: z.string() }),
    changes: nothing,
    sse: null,
    describe: null,
  }),
};
