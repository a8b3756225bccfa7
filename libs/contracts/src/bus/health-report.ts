import { z } from "zod";

/** Broadcast: every instance of every service answers with its report. */
export const REPORT_SUBJECT = "vega.report.ask";

/** What the cores are computed from; each service fills its own part. Counts are over the last `window_seconds`. */
export const signalsSchema = z.object({
  gateway: z
    .object({
      window_seconds: z.number(),
      requests: z.int(),
      /** Answered below 500 and within the latency goal. */
      served_well: z.int(),
      latency_goal_ms: z.number(),
      sse_clients: z.int(),
    })
    .optional(),
  state: z
    .object({
      window_seconds: z.number(),
      commits: z.int(),
      commits_failed: z.int(),
      /** Age of the oldest entry that is committed but not yet on the bus, in seconds. */
      relay_lag_seconds: z.number(),
    })
    .optional(),
  mirror: z
    .object({
      /** Time of the newest snapshot that was read back and found equal, or null where there is none. */
      verified_at: z.iso.datetime().nullable(),
      sequence: z.int().nullable(),
    })
    .optional(),
  /** Of the newest backup that was restored into a scratch store and found whole; null where there is none. */
  backup: z
    .object({
      created_at: z.iso.datetime().nullable(),
      verified_at: z.iso.datetime().nullable(),
      sequence: z.int().nullable(),
      /** How often one is made by itself; 0 for never. */
      interval_seconds: z.number(),
      /** Whether the last one that was tried since the start could not be made. */
      failed: z.boolean(),
    })
    .optional(),
  ai: z.object({ providers: z.int(), providers_answering: z.int() }).optional(),
});

/** One instance's answer: is it ready, what does it see, since when does it run. */
export const reportSchema = z.object({
  service: z.string(),
  instance: z.string(),
  ready: z.boolean(),
  /** Name of the check → `ok` or what is wrong. */
  checks: z.record(z.string(), z.string()),
  uptime_seconds: z.number(),
  signals: signalsSchema,
});

export type Signals = z.infer<typeof signalsSchema>;
export type Report = z.infer<typeof reportSchema>;
