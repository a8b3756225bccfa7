import { z } from "zod";
import type { PredecessorRoute } from "./shapes.ts";
import {
  completion,
  failure,
  keys,
  object,
  provider,
  serviceStatus,
  success,
  text,
  time,
} from "./shapes.ts";

/** Models, and what is written or computed for them. */
export const MODEL_ROUTES: readonly PredecessorRoute[] = [
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
      tracks: z.array(object({ id: text, title: text, url: text })).min(1),
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
];
