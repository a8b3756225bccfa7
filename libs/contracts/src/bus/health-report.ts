import { z } from "zod";

/** Broadcast subject: every instance of every service replies with its health report. */
export const REPORT_SUBJECT = "vega.report.ask";

/** Metrics that the cores are computed from; each service fills its own part. Counts cover the last `window_seconds`. */
export const serviceMetricsSchema = z.object({
  gateway: z
    .object({
      window_seconds: z.number(),
      requests: z.int(),
      /** Responses with a status below 500, within the latency goal. */
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
      /** Time of the newest verified snapshot; null: none. */
      verified_at: z.iso.datetime().nullable(),
      sequence: z.int().nullable(),
    })
    .optional(),
  /** The newest verified backup; its members are null before the first one. */
  backup: z
    .object({
      created_at: z.iso.datetime().nullable(),
      verified_at: z.iso.datetime().nullable(),
      sequence: z.int().nullable(),
      /** Interval of automatic backups; 0: never. */
      interval_seconds: z.number(),
      /** Whether the last attempt since the start failed. */
      failed: z.boolean(),
    })
    .optional(),
  ai: z.object({ providers: z.int(), providers_answering: z.int() }).optional(),
});

/** The health report of one instance. */
export const healthReportSchema = z.object({
  service: z.string(),
  instance: z.string(),
  ready: z.boolean(),
  /** Name of the check → `ok` or the fault. */
  checks: z.record(z.string(), z.string()),
  uptime_seconds: z.number(),
  signals: serviceMetricsSchema,
});

export type ServiceMetrics = z.infer<typeof serviceMetricsSchema>;
export type HealthReport = z.infer<typeof healthReportSchema>;
