import { z } from "zod";

/*
 * The routes of the predecessor: requests as its clients send them, and the members of its responses with their types.
 * Further members of VEGA are allowed.
 */

export interface PredecessorRoute {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** Absent: no body and no content type, as `fetch(url, {method: "POST"})` sends it. */
  readonly body?: object;
  /** A route that changes something or costs money: VEGA requires a login for it. */
  readonly login?: true;
  /** Default 200. */
  readonly status?: number;
  readonly reply: z.ZodType;
}

export const text = z.string().min(1);
export const time = z.iso.datetime();
export const success = z.literal(true);
export const object = z.looseObject;
export const failure = object({ error: text });

/** What pages compare `status` with; any other text is shown in red. */
export const core = object({ status: text, power: z.number().min(0).max(100) });
export const agent = object({ name: text, state: text, description: z.string() });
export const module = object({ status: text, description: z.string() });
export const loop = object({ active: z.boolean(), current_phase: z.literal([3, 5, 8]) });
export const serviceStatus = object({
  status: z.enum(["ready", "needs_key"]),
  service: text,
  version: text,
  endpoints: z.array(z.string().startsWith("/api/")).min(1),
});
export const provider = serviceStatus.extend({ model: text.nullable() });
export const completion = object({
  success,
  response: text,
  model: text,
  usage: object({}),
  timestamp: time,
});
const booleans = z.record(z.string(), z.boolean());
const KEYS = ["openai", "anthropic", "xai", "deepseek", "suno"] as const;
export const keys = booleans.refine((value) => KEYS.every((key) => key in value), "lacks a key");
