import { z } from "zod";
import { defineEvent } from "../define/event.ts";
import { daySchema } from "../usage/documents.ts";
import { visitsSchema } from "./documents.ts";

const report = { source: z.uuid(), report: z.int().min(1), day: daySchema };

/** The counts themselves are beside the log, in `traffic_days`. */
export const events = {
  viewed: defineEvent({
    summary: "A gateway reported page views, and what else it had counted",
    data: z.object({ ...report, visits: visitsSchema }),
    changes: ({ visits }) => [{ collection: "system_state", id: "visits", body: visits }],
    sse: null,
    describe: null,
  }),

  called: defineEvent({
    summary: "A gateway reported API calls or downloads, and no page views",
    data: z.object(report),
    changes: () => [],
    sse: null,
    describe: null,
  }),
};
