import { z } from "zod";
import type { requests } from "./requests.ts";

/** Maximum points of each core in one reply: four series fit into one bus message. */
export const MAX_POINTS = 2_000;

export type CorePoint = z.infer<typeof requests.listCorePower.output>["series"]["alpha"][number];

/** One entry of the log as the history shows it; the audit trail has the rest. */
export const historyEntrySchema = z.object({
  sequence: z.int(),
  time: z.iso.datetime(),
  /** Of the event. */
  type: z.string(),
  /** `<collection>/<id>`; null where the content was erased. */
  subject: z.string().nullable(),
  actor: z.string().nullable(),
  /** One sentence. */
  summary: z.string(),
});
export type HistoryEntry = z.infer<typeof historyEntrySchema>;
