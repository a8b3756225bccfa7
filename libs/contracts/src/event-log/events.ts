import { z } from "zod";
import { defineEvent } from "../define/event.ts";
import { thinnedId, thinnedSchema } from "./documents.ts";

export const events = {
  /** Old entries were removed from the log. */
  thinned: defineEvent({
    summary: "Old entries were removed from the log (compaction); `gaps` lists them",
    data: thinnedSchema.extend({
      /** `from` of ranges that this one replaces. */
      replaces: z.array(z.int()),
    }),
    changes: ({ replaces, ...stretch }) => [
      ...replaces.map((from) => ({
        collection: "log_gaps" as const,
        id: thinnedId(from),
        body: null,
      })),
      { collection: "log_gaps" as const, id: thinnedId(stretch.from), body: stretch },
    ],
    sse: null,
    describe: ({ removed, from }) =>
      `the log was thinned out: ${removed} entries from ${from} on are no more`,
  }),
};
