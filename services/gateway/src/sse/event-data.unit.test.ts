import {
  PERMISSIONS,
  agents,
  alerts,
  assets,
  crystal,
  loop,
  memory,
  messages,
} from "@vega/contracts";
import type { Permission, Visibility } from "@vega/contracts";
import { expect, test } from "vitest";
import { eventOf, memoryEvent, moduleEvent, testCrystal, TIME } from "../testing/log.ts";
import { toSseData } from "./event-data.ts";
import { frameOf } from "./frames.ts";
import { ALL_TYPES, filterOf, hasRecipient, permissionBits } from "./subscription.ts";

const stored = testCrystal();

test("a tick is streamed as loop_update", () => {
  const tick = {
    iteration: 7,
    phase: 3 as const,
    trigger: "timer" as const,
    planned_at: TIME,
    actual_at: TIME,
    next_at: TIME,
    observations: [],
    agents_due: [],
  };
  const event = eventOf(loop.events.iterated, 9, {
    tick,
    loop: stored.loop,
    cores: stored.cores,
  });
  const core = {
    status: "online",
    power: 90,
    last_update: TIME,
    missed_iterations: 0,
    evidence: { requests: 1 },
  };
  expect(toSseData(event)?.data).toEqual({
    type: "loop_update",
    iteration: 7,
    phase: 3,
    active: true,
    next_at: TIME,
    cores: { alpha: core, omega: core, vega: core, mirror: core },
    sequence: 9,
    time: TIME,
  });
});

test("a streamed agent has no internal fields", () => {
  const [agent] = stored.agents;
  if (!agent) throw new Error("no agent");
  const event = eventOf(agents.events.changed, 3, { agent, previous_state: "syncing" });
  expect(toSseData(event)?.data).toMatchObject({
    type: "agent_changed",
    agent: { name: "one", state: "idle", description: "d" },
    previous_state: "syncing",
  });
});

test("an alert is streamed to operators only", () => {
  const event = eventOf(alerts.events.raised, 3, {
    key: "failed_logins",
    kind: "failed_logins",
    severity: "warning",
    message: "20 logins failed",
    evidence: {},
    raised_by: "miracore",
  });
  expect(toSseData(event)?.data).toMatchObject({
    type: "alert_raised",
    alert: { kind: "failed_logins", message: "20 logins failed" },
    raised_by: "miracore",
  });
  const frame = frameOf(event);
  const client = (...permissions: Permission[]) => ({
    types: ALL_TYPES,
    account: null,
    permissions: permissionBits(permissions, true),
  });
  expect(hasRecipient(frame, client("read", "account", "memory", "chat", "admin"))).toBe(false);
  expect(hasRecipient(frame, client("operate"))).toBe(true);
});

test("a shared file is streamed to clients that are logged in, a public one to all that read", () => {
  const frameWith = (visibility: Visibility) => {
    const asset = { id: "f", created_by: "ada", visibility, name: "f.png", version: 1 };
    const usage = { owner: "ada", files: 0, bytes: 0 };
    return frameOf(eventOf(assets.events.deleted, 3, { asset, usage }));
  };
  const anonymous = {
    types: ALL_TYPES,
    account: null,
    permissions: permissionBits(["read"], false),
  };
  const reader = { ...anonymous, permissions: permissionBits(["read"], true) };
  const owner = { ...reader, account: "ada", permissions: permissionBits(["library"], true) };
  const recipients = (visibility: Visibility) =>
    [anonymous, reader, owner].map((client) => hasRecipient(frameWith(visibility), client));
  expect(recipients("public")).toEqual([true, true, false]);
  expect(recipients("shared")).toEqual([false, true, false]);
  expect(recipients("private")).toEqual([false, false, true]);
});

test("memory values are never streamed", () => {
  const sse = toSseData(memoryEvent(4));
  expect(sse?.data).toMatchObject({ type: "memory_changed", key: "k", deleted: false });
  expect(JSON.stringify(sse)).not.toContain("secret");
});

test("a conversation event goes to its owner only, without text", () => {
  const ids = { conversation_id: "c", message_id: "c/00000001" };
  const progressed = (owner: string | null) =>
    toSseData(eventOf(messages.events.progressed, 4, { ...ids, owner, text_length: 7 }));
  expect(progressed("ada")).toEqual({
    type: "message_progressed",
    account: "ada",
    requires: ["memory"],
    data: { type: "message_progressed", ...ids, text_length: 7, sequence: 4, time: TIME },
  });
  expect(progressed(null)).toBeUndefined();
});

test("a deletion is a memory update too", () => {
  const data = { namespace: "n", key: "k", reason: "expired" as const };
  expect(toSseData(eventOf(memory.events.deleted, 4, data))?.data).toMatchObject({
    type: "memory_changed",
    deleted: true,
    reason: "expired",
  });
});

test("events of the loop and the import have their main fields", () => {
  expect(toSseData(eventOf(loop.events.stopped, 4, { loop: stored.loop }))?.data).toMatchObject({
    type: "loop_stopped",
    infinity_loop: { active: true, current_phase: 3, iteration: 7, next_at: TIME },
  });
  const imported = { crystal: stored, removed: { agents: [], modules: [] }, refused: [] };
  expect(toSseData(eventOf(crystal.events.imported, 5, imported))?.data).toMatchObject({
    type: "crystal_imported",
    iteration: 7,
    counts: { agents: 1, modules: 1 },
  });
});

test("an event of a later version keeps its sequence and has no recipient", () => {
  const frame = frameOf({ ...moduleEvent(5), type: "vega.dream.dreamt.v1" });
  expect(frame).toMatchObject({ sequence: 5, type: 0 });
  const everything = {
    types: ALL_TYPES,
    account: null,
    permissions: permissionBits(PERMISSIONS, true),
  };
  expect(hasRecipient(frame, everything)).toBe(false);
});

test("a frame is one event with its id", () => {
  const text = frameOf(moduleEvent(5)).bytes.toString();
  expect(text).toMatch(/^id: 5\ndata: \{"type":"module_changed",.*\}\n\n$/);
});

test("a filter matches its types", () => {
  const result = filterOf(["module_changed", "loop_update"]);
  const types = "filter" in result ? result.filter : [];
  const client = { types, account: null, permissions: permissionBits(["read"], false) };
  expect(hasRecipient(frameOf(moduleEvent(5)), client)).toBe(true);
  expect(hasRecipient(frameOf(memoryEvent(6)), client)).toBe(false);
  expect(filterOf(["module_changed", "nope"])).toEqual({ unknown: "nope" });
});
