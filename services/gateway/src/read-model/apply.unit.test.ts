import type { CloudEvent } from "@vega/contracts";
import { agents, crystal, loop, modules } from "@vega/contracts";
import { applyAgents } from "@vega/contracts/agents/apply";
import { applyCores } from "@vega/contracts/crystal/apply";
import type { SseEvent } from "@vega/contracts/define/apply";
import { applyLoop } from "@vega/contracts/loop/apply";
import { applyModules } from "@vega/contracts/modules/apply";
import { expect, test } from "vitest";
import { toSseData } from "../sse/event-data.ts";
import { eventOf, LOG_ID, testCrystal, testModule, TIME } from "../testing/log.ts";
import { createReadModel } from "./read-model.ts";
import type { ViewName } from "./views.ts";

/*
 * A client that folds the stream into the response of a route has what the route returns afterwards: the functions
 * `apply` of the contracts against the read model.
 */

const FOLDS: readonly (readonly [ViewName, (view: never, event: SseEvent) => unknown])[] = [
  ["loop", applyLoop],
  ["cores", applyCores],
  ["agents", applyAgents],
  ["modules", applyModules],
];

const stored = testCrystal();
const later = "2026-01-02T03:04:08.000Z";
const [agent] = stored.agents;
if (!agent) throw new Error("no agent");
const renamed = { ...agent, description: "described again", state: "running" as const };
const added = { ...agent, name: "two", position: 1 };
const tick = {
  iteration: 8,
  phase: 5 as const,
  trigger: "timer" as const,
  planned_at: later,
  actual_at: later,
  next_at: later,
  observations: [],
  agents_due: [],
};
const moved = { ...stored.loop, phase: 5 as const, iteration: 8, next_at: later };
const cores = stored.cores.map((core) => ({ ...core, power: 12, missed: 3, last_update: later }));
const stopped = { ...moved, active: false, next_at: null };

const events: CloudEvent[] = [
  eventOf(loop.events.iterated, 11, { tick, loop: moved, cores }),
  eventOf(loop.events.stopped, 12, { loop: stopped }),
  eventOf(loop.events.started, 13, { loop: moved }),
  eventOf(agents.events.changed, 14, { agent: renamed, previous_state: "idle" }),
  eventOf(agents.events.changed, 15, { agent: added, previous_state: null }),
  eventOf(agents.events.removed, 16, { name: "one" }),
  eventOf(modules.events.changed, 17, { module: testModule("inactive") }),
];

const sseOf = (event: CloudEvent): SseEvent => {
  const sse = toSseData(event);
  if (!sse) throw new Error(`${event.type} is not streamed`);
  return sse.data as unknown as SseEvent;
};

test.each(FOLDS)("the fold of the stream is the view %s of the read model", (name, apply) => {
  const model = createReadModel();
  model.load({ sequence: 10, log_id: LOG_ID, crystal: testCrystal() });
  const viewOf = () => JSON.parse(model.view(name).body.toString()) as never;
  let view = viewOf();
  let changes = 0;
  for (const event of events) {
    const before = view;
    model.apply(event);
    view = apply(view, sseOf(event)) as never;
    expect(view, event.type).toEqual(viewOf());
    if (view !== before) changes += 1;
  }
  expect(changes).toBeGreaterThan(0);
});

test.each(FOLDS)("a replaced state is loaded again: %s", (_name, apply) => {
  const data = { of: 3, parts: ["loop"], crystal: stored, removed: { agents: [], modules: [] } };
  const restored = sseOf(eventOf(crystal.events.restored, 11, data));
  expect(apply({} as never, restored)).toBeNull();
  expect(restored.time).toBe(TIME);
});
