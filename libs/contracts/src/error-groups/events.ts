import { z } from "zod";
import { defineEvent } from "../define/event.ts";

export const events = {
  seen: defineEvent({
    summary: "A service reported `count` errors of one fingerprint",
    data: z.object({ fingerprint: z.string(), service: z.string(), count: z.int().min(1) }),
    changes: () => [],
    sse: null,
    describe: null,
  }),
};
