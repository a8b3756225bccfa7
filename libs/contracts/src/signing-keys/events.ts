import { z } from "zod";
import { defineEvent } from "../define/event.ts";

const nothing = () => [];

export const events = {
  added: defineEvent({
    summary: "A signing key was added; new tokens are signed with it",
    data: z.object({ kid: z.string() }),
    changes: nothing,
    sse: null,
    describe: null,
  }),
};
