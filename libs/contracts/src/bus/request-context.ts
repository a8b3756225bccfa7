import { z } from "zod";

/** Actor, origin and trace of a request; travels in its headers. */
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

/** The context of a service's own actions. */
export function systemContext(service: string): RequestContext {
  return { actor: { id: `system:${service}` } };
}
