import { z } from "zod";
import type { PredecessorRoute } from "./shapes.ts";
import { agent, core, failure, loop, module, object, success, text, time } from "./shapes.ts";

/** The state of the system, memory and counters. */
export const STATE_ROUTES: readonly PredecessorRoute[] = [
  {
    method: "GET",
    path: "/api/status",
    reply: object({
      meta: object({ infinity_loop_iteration: z.int(), signature: text, last_update: time }),
      alpha_resonance: core,
      omega_resonance: core,
      vega_resonance: core,
      mirror_core: core,
      agents: z.array(agent),
      modules: z.record(z.string(), module),
      infinity_loop: loop.extend({ phases: object({ "3": object({}), "5": object({}) }) }),
      analytics: object({}),
    }),
  },
  { method: "GET", path: "/api/cores", reply: object({ alpha: core, omega: core, vega: core }) },
  { method: "GET", path: "/api/agents", reply: z.array(agent).min(1) },
  { method: "GET", path: "/api/agents/miracore", reply: agent },
  { method: "GET", path: "/api/agents/nobody", status: 404, reply: failure },
  {
    method: "POST",
    path: "/api/agents/update",
    body: { agents: [{ name: "miracore", state: "running", description: "watches" }] },
    login: true,
    reply: object({ success, agents: z.array(agent) }),
  },
  {
    method: "POST",
    path: "/api/agents/miracore/activate",
    login: true,
    reply: object({ success, agent: agent.extend({ state: z.literal("active") }) }),
  },
  { method: "GET", path: "/api/modules", reply: z.record(z.string(), module) },
  { method: "GET", path: "/api/infinity-loop", reply: loop },
  {
    method: "POST",
    path: "/api/infinity-loop/start",
    login: true,
    reply: object({ success, infinity_loop: loop.extend({ active: z.literal(true) }) }),
  },
  {
    method: "POST",
    path: "/api/infinity-loop/iterate",
    login: true,
    reply: object({ success, iteration: z.int(), phase: z.literal([3, 5, 8]) }),
  },
  {
    method: "POST",
    path: "/api/infinity-loop/stop",
    login: true,
    reply: object({ success, message: text }),
  },
  { method: "GET", path: "/api/health", reply: object({ status: text, timestamp: time }) },
  {
    method: "GET",
    path: "/api/analytics",
    // A page replaces falsy values by random ones.
    reply: object({
      pageViews: z.int().min(1),
      visitors: z.int().min(1),
      avgTime: z.string().regex(/^\d+:\d\d$/),
      bounceRate: z.string().regex(/^\d+%$/),
    }),
  },
  {
    method: "GET",
    path: "/api/assets",
    reply: object({
      dalle_generated: z.array(z.string().startsWith("/assets/dalle/")).min(1),
      curated: z.array(object({ path: text, title: text, category: text })).min(1),
    }),
  },
  {
    method: "GET",
    path: "/api/whitepapers",
    // An array at the top: a page fails otherwise.
    reply: z.array(object({ id: z.union([text, z.int()]), title: text, file: text })).min(1),
  },
  { method: "GET", path: "/api/memory", reply: object({ memory: object({}) }) },
  {
    method: "POST",
    path: "/api/memory-update",
    body: { update: { city: "Vienna" } },
    login: true,
    reply: object({ status: z.literal("updated"), memory: object({ city: z.literal("Vienna") }) }),
  },
  { method: "GET", path: "/api/openapi", reply: object({ openapi: text, paths: object({}) }) },
];
