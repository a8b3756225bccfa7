import { z } from "zod";

/** One kind of error, told apart by its fingerprint. Secrets and bodies are scrubbed before it is sent. */
export const errorGroupSchema = z.object({
  /** SHA-256 over service, name and the code's place, hex, 16 digits. */
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
  service: z.string().max(32),
  name: z.string().max(128),
  message: z.string().max(512),
  /** `request`: a 5xx; `unhandled`: a rejection or exception nobody caught; `dead_letter`: a message given up. */
  kind: z.enum(["request", "unhandled", "dead_letter"]),
  count: z.int().min(1),
  first_seen: z.iso.datetime(),
  last_seen: z.iso.datetime(),
  example: z.object({
    traceparent: z.string().nullable(),
    request_id: z.string().nullable(),
    stack: z.string().max(4_096).nullable(),
  }),
});

export type ErrorGroup = z.infer<typeof errorGroupSchema>;

/** Two tellings of one kind of error as one: counts add up, the first time stays, the newest example counts. */
export function mergeErrorGroups(before: ErrorGroup | undefined, told: ErrorGroup): ErrorGroup {
  if (!before) return told;
  return {
    ...(told.last_seen >= before.last_seen ? told : before),
    count: before.count + told.count,
    first_seen: before.first_seen < told.first_seen ? before.first_seen : told.first_seen,
  };
}
