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

const text = z.string().min(1);
const time = z.iso.datetime();
const success = z.literal(true);
const object = z.looseObject;
const failure = object({ error: text });

/** What pages compare `status` with; any other text is shown in red. */
const core = object({ status: text, power: z.number().min(0).max(100) });
const agent = object({ name: text, state: text, description: z.string() });
const module = object({ status: text, description: z.string() });
const loop = object({ active: z.boolean(), current_phase: z.literal([3, 5, 8]) });
const serviceStatus = object({
  status: z.enum(["ready", "needs_key"]),
  service: text,
  version: text,
  endpoints: z.array(z.string().startsWith("/api/")).min(1),
});
const provider = serviceStatus.extend({ model: text.nullable() });
const completion = object({
  success,
  response: text,
  model: text,
  usage: object({}),
  timestamp: time,
});
const booleans = z.record(z.string(), z.boolean());
const KEYS = ["openai", "anthropic", "xai", "deepseek", "suno"] as const;
const keys = booleans.refine((value) => KEYS.every((key) => key in value), "lacks a key");

export const PREDECESSOR_ROUTES: readonly PredecessorRoute[] = [
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
  { method: "GET", path: "/api/memory", reply: object({ memory: object({}) }) },
  {
    method: "POST",
    path: "/api/memory-update",
    body: { update: { city: "Vienna" } },
    login: true,
    reply: object({ status: z.literal("updated"), memory: object({ city: z.literal("Vienna") }) }),
  },
  { method: "GET", path: "/api/openapi", reply: object({ openapi: text, paths: object({}) }) },
  {
    method: "POST",
    path: "/api/prompt",
    body: { prompt: "Describe a soundscape" },
    login: true,
    reply: object({ output: text }),
  },
  { method: "POST", path: "/api/prompt", body: {}, login: true, status: 400, reply: failure },
  ...(["xai", "anthropic", "deepseek"] as const).flatMap((name): PredecessorRoute[] => [
    { method: "GET", path: `/api/${name}/status`, reply: provider },
    {
      method: "POST",
      path: `/api/${name}/chat`,
      body: { prompt: "Hello", system: "Be brief" },
      login: true,
      reply: completion,
    },
  ]),
  ...(["xai", "anthropic"] as const).map((name): PredecessorRoute => ({
    method: "POST",
    path: `/api/${name}/analyze`,
    body: { text: "Sales rose", type: "sentiment" },
    login: true,
    reply: object({ success, analysis: text, type: z.literal("sentiment"), timestamp: time }),
  })),
  {
    method: "POST",
    path: "/api/deepseek/code",
    body: { prompt: "Reverse a string", language: "Rust" },
    login: true,
    reply: object({
      success,
      code: text,
      language: z.literal("Rust"),
      model: text,
      timestamp: time,
    }),
  },
  { method: "GET", path: "/api/suno/status", reply: serviceStatus.extend({ description: text }) },
  {
    method: "GET",
    path: "/api/suno/tracks",
    reply: object({ success, tracks: z.array(z.unknown()), note: text }),
  },
  {
    method: "POST",
    path: "/api/suno/generate",
    body: { style: "ambient" },
    login: true,
    status: 400,
    reply: failure,
  },
  {
    method: "POST",
    path: "/api/suno/generate",
    body: { prompt: "Slow strings", style: "ambient", duration: 30 },
    login: true,
    status: 503,
    reply: failure,
  },
  {
    method: "GET",
    path: "/api/soundscape/status",
    reply: serviceStatus.extend({ soundcloud: text.nullable() }),
  },
  {
    method: "GET",
    path: "/api/soundscape/tracks",
    reply: object({
      success,
      profile: text.nullable(),
      tracks: z.array(object({ id: z.union([text, z.int()]), title: text, url: text })),
      note: text,
    }),
  },
  {
    method: "POST",
    path: "/api/soundscape/sync",
    body: { visualState: "idle", loopPhase: 5 },
    reply: object({
      success,
      sync: object({
        visual: z.literal("idle"),
        loop: z.literal(5),
        audio: text,
        intensity: z.number().min(0).max(1),
      }),
      timestamp: time,
    }),
  },
  {
    method: "GET",
    path: "/api/orchestrator/status",
    reply: object({
      status: z.enum(["ready", "needs_key"]),
      orchestration: object({
        active: z.boolean(),
        currentTask: text.nullable(),
        lastResponse: text.nullable(),
        aiStatus: z.record(z.string(), text),
      }),
      availableAIs: z.array(text),
      configured: keys,
    }),
  },
  {
    method: "POST",
    path: "/api/orchestrator/query",
    body: { prompt: "What is resonance?", mode: "auto" },
    login: true,
    reply: object({
      success,
      responses: z.record(z.string(), text),
      synthesized: text,
      aiCount: z.int().min(1),
    }),
  },
  {
    method: "POST",
    path: "/api/orchestrator/synthesize",
    body: { topic: "resonance" },
    login: true,
    reply: object({
      success,
      topic: z.literal("resonance"),
      responses: z.record(z.string(), text),
      synthesis: text,
    }),
  },
  {
    method: "GET",
    path: "/api/redblood/status",
    reply: object({
      name: text,
      version: text,
      mode: text,
      status: text,
      iteration: z.int(),
      phase: z.literal([3, 5, 8]),
      subdomains: z.array(text),
      apis: keys,
    }),
  },
  {
    method: "GET",
    path: "/api/redblood/subdomains",
    reply: object({
      subdomains: z.array(text),
      status: z.array(object({ domain: text, status: text })),
    }),
  },
  {
    method: "POST",
    path: "/api/redblood/generate-visual",
    body: { theme: "ravens" },
    login: true,
    reply: object({
      success,
      visual: object({ theme: z.literal("ravens"), description: text, timestamp: time }),
      iteration: z.int(),
    }),
  },
  {
    method: "POST",
    path: "/api/redblood/generate-visual",
    login: true,
    reply: object({ success, visual: object({ theme: text, description: text }) }),
  },
  {
    method: "POST",
    path: "/api/redblood/generate-music-prompt",
    body: { style: "ambient" },
    login: true,
    reply: object({
      success,
      musicPrompt: object({ style: z.literal("ambient"), prompt: text, timestamp: time }),
    }),
  },
  {
    method: "POST",
    path: "/api/redblood/infinity-cycle",
    login: true,
    reply: object({
      success,
      phase: z.literal([3, 5, 8]),
      iteration: z.int(),
      insights: z.array(object({ source: text, insight: text })).min(1),
      timestamp: time,
    }),
  },
  {
    method: "POST",
    path: "/api/admin/login",
    body: { password: "wrong" },
    reply: object({
      success: z.literal(false),
      message: text,
      resonanceScore: z.int(),
      resonanceMessage: text,
    }),
  },
  // Last: it ends the session of the rows before.
  {
    method: "POST",
    path: "/api/admin/logout",
    reply: object({ success, message: text }),
  },
];
