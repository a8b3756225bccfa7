import { z } from "zod";

/** Who causes a change, from where, and within which trace; travels in the headers of every request. */
export const requestContextSchema = z.object({
  actor: z.object({
    /** A user's id, `admin-token`, `system:<service>` or `anonymous`. */
    id: z.string().min(1).max(128),
    address: z.string().max(64).optional(),
    user_agent: z.string().max(256).optional(),
  }),
  request_id: z.string().max(64).optional(),
  /** W3C trace context, https://www.w3.org/TR/trace-context/ */
  traceparent: z.string().max(64).optional(),
});

export type RequestContext = z.infer<typeof requestContextSchema>;

/** The context of what a service does by itself. */
export function systemContext(service: string): RequestContext {
  return { actor: { id: `system:${service}` } };
}
