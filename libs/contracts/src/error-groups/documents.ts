import { z } from "zod";

/** Errors with the same fingerprint. Secrets and bodies are scrubbed before they are sent. */
export const errorGroupSchema = z.object({
  /** SHA-256 over service, name and the code's place, hex, 16 digits. */
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
  service: z.string().max(32),
  name: z.string().max(128),
  message: z.string().max(512),
  /** `request`: a 5xx; `unhandled`: an uncaught exception or rejection; `dead_letter`: a message that was given up. */
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

/** Merges two groups of one fingerprint: counts add up, the earliest `first_seen` and the newest example stay. */
export function mergeErrorGroups(before: ErrorGroup | undefined, reported: ErrorGroup): ErrorGroup {
  if (!before) return reported;
  return {
    ...(reported.last_seen >= before.last_seen ? reported : before),
    count: before.count + reported.count,
    first_seen: before.first_seen < reported.first_seen ? before.first_seen : reported.first_seen,
  };
}
