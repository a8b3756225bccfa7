import { z } from "zod";
import { instantSchema } from "./instant.ts";

/** A moment: right after an entry of the log, or a time (ISO 8601), which means the last entry until then. */
export const momentSchema = z.union([
  z.strictObject({ sequence: z.int().min(1) }),
  z.strictObject({ at: instantSchema }),
]);

export type Moment = z.infer<typeof momentSchema>;
