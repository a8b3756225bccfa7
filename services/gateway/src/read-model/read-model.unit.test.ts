import { expect, test } from "vitest";
import { LOG_ID, memoryEvent, moduleEvent, testCrystal } from "../testing/log.ts";
import { createReadModel } from "./read-model.ts";

function loaded() {
  const model = createReadModel();
  model.load({ sequence: 10, log_id: LOG_ID, crystal: testCrystal() });
  return model;
}

const json = (body: Buffer) => JSON.parse(body.toString());

test("is unavailable before the first load", () => {
  const model = createReadModel();
  expect(model.sequence()).toBe(0);
  expect(() => model.view("status")).toThrow(expect.objectContaining({ code: "unavailable" }));
});

test("shows the crystal in the shape of time_crystal.json", () => {
  expect(json(loaded().view("status").body)).toMatchObject({
    meta: { infinity_loop_iteration: 7 },
    alpha_resonance: { status: "online", power: 90 },
    agents: [{ name: "one", state: "idle", description: "d" }],
    modules: { health: { status: "active" } },
  });
});

test("folds an event and serializes once per change", () => {
  const model = loaded();
  const before = model.view("modules");
  expect(model.view("modules")).toBe(before);
  model.apply(moduleEvent(11));
  const after = model.view("modules");
  expect(json(after.body)).toEqual({
    health: {
      status: "inactive",
      description: "d",
      capability: expect.stringContaining("/api/health") as string,
    },
  });
  expect(after.etag).toBe(`"${LOG_ID}-11"`);
  expect(model.sequence()).toBe(11);
});

test("an event that does not change the crystal advances the sequence only", () => {
  const model = loaded();
  const before = model.view("status");
  model.apply(memoryEvent(11));
  expect(model.sequence()).toBe(11);
  expect(model.view("status")).toBe(before);
});

test("cores have their evidence", () => {
  expect(json(loaded().view("cores").body)).toMatchObject({
    mirror: { power: 90, missed_iterations: 0, evidence: { requests: 1 } },
  });
});

test("entity tags depend on the log", () => {
  const model = loaded();
  const before = model.view("status").etag;
  model.load({ sequence: 10, log_id: "log-b", crystal: testCrystal() });
  expect(model.view("status").etag).not.toBe(before);
});

test("never shows a credential", () => {
  const model = createReadModel();
  const crystal = { ...testCrystal(), extra: { users: [{ password_hash: "hidden" }] } };
  model.load({ sequence: 1, log_id: LOG_ID, crystal });
  expect(model.view("status").body.toString()).not.toContain("hidden");
});
