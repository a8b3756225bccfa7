import { z } from "zod";
import { alertSchema } from "./documents.ts";
import { operators } from "../define/audience.ts";
import { defineEvent } from "../define/event.ts";

export const events = {
  raised: defineEvent({
    summary: "An alert for operators was raised",
    data: z.object({ ...alertSchema.shape, raised_by: z.string().max(64) }),
    changes: () => [],
    // An alert may show an intruder that the intrusion was noticed.
    audience: operators,
    requires: "operate",
    sse: { type: "alert_raised", data: ({ raised_by, ...alert }) => ({ alert, raised_by }) },
    describe: null,
  }),
};
