import { z } from "zod";
import { backupSchema } from "./documents.ts";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";

export const requests = {
  /**
   * Makes a backup on the machine of state. `made` is null where it takes longer than the caller waits: it goes on, and
   * the list shows it. `conflict`: one is being made.
   */
  make: defineRequest({
    subject: "vega.state.backups.make",
    callers: ["gateway"],
    input: z.object({}),
    output: z.object({ ...sequenced, made: backupSchema.nullable() }),
    errors: ["conflict", "unavailable"],
    timeoutMs: 30_000,
  }),

  /** Backups that state has made and kept, the newest first. */
  list: defineRequest({
    subject: "vega.state.backups.list",
    callers: ["gateway"],
    input: z.object({}),
    output: z.object({
      ...sequenced,
      backups: z.array(backupSchema),
      /** Why the last one could not be made; null where it could. */
      last_error: z.string().nullable(),
      running: z.boolean(),
    }),
    errors: [],
  }),
};
