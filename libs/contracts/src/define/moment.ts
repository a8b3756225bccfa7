import { z } from "zod";
import { instantSchema } from "./instant.ts";

/** A moment: a sequence (right after that entry), or a time (ISO 8601: the last entry until then). */
export const momentSchema = z.union([
  z.strictObject({ sequence: z.int().min(1) }),
  z.strictObject({ at: instantSchema }),
]);

export type Moment = z.infer<typeof momentSchema>;
