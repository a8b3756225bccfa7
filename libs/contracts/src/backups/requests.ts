import { z } from "zod";
import { backupSchema } from "./documents.ts";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";

export const requests = {
  /**
   * Makes a backup on the machine of state. `made` is null where it takes longer than the request's timeout: the backup
   * continues, and the list shows it. `conflict`: a backup is under way.
   */
  make: defineRequest({
    subject: "vega.state.backups.make",
    callers: ["gateway"],
    input: z.object({}),
    output: z.object({ ...sequenced, made: backupSchema.nullable() }),
    errors: ["conflict", "unavailable"],
    timeoutMs: 30_000,
  }),

  /** Backups that state has kept, newest first. */
  list: defineRequest({
    subject: "vega.state.backups.list",
    callers: ["gateway"],
    input: z.object({}),
    output: z.object({
      ...sequenced,
      backups: z.array(backupSchema),
      /** The error of the last attempt; null if it succeeded. */
      last_error: z.string().nullable(),
      running: z.boolean(),
    }),
    errors: [],
  }),
};
