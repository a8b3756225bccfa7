import { z } from "zod";

/**
 * A CloudEvents 1.0 envelope in structured JSON mode, as every event travels.
 * `source` names the log that the event is part of, `sequence` its place in it (CloudEvents sequence extension, as a number).
 * Source: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
export const cloudEventSchema = z.object({
  specversion: z.literal("1.0"),
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().min(1),
  subject: z.string().min(1),
  time: z.iso.datetime(),
  datacontenttype: z.literal("application/json"),
  sequence: z.int().nonnegative(),
  /** W3C trace context of the request that caused it (distributed tracing extension). */
  traceparent: z.string().optional(),
  data: z.unknown(),
});

export type CloudEvent<Data = unknown> = Omit<z.infer<typeof cloudEventSchema>, "data"> & {
  data: Data;
};

/** The `source` of the events of one log. */
export function logSource(logId: string): string {
  return `/vega/log/${logId}`;
}
