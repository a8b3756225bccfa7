import type { JsonObject } from "@vega/contracts";
import { toTimeCrystal } from "@vega/contracts";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { freshCrystal } from "../seed.ts";
import { given, NOW } from "../../../log/decision-testing.ts";
import { decideImportTimeCrystal, parseTimeCrystal } from "./import.ts";

const FILE = JSON.parse(
  readFileSync(new URL("./fixtures/time_crystal.v2.json", import.meta.url), "utf8"),
) as Record<string, JsonObject>;

const HASH = `$2b$10$${"a".repeat(53)}`;
const copy = () => structuredClone(FILE);
const run = (file: JsonObject, dryRun = false, before = given()) =>
  before.when(decideImportTimeCrystal(parseTimeCrystal(file), { dryRun, timeScale: 1 })).accepted();

function crystalOf(result: ReturnType<typeof run>) {
  const data = result.events[0]?.data as { crystal: Parameters<typeof toTimeCrystal>[0] };
  return data.crystal;
}

test("a file of the predecessor comes out as it went in, but for what was refused", () => {
  const result = run(FILE);
  const shown = toTimeCrystal(crystalOf(result)) as Record<string, JsonObject>;
  const { admin, ...expected } = copy();
  expect(admin).toBeDefined();
  expect(shown).toEqual({
    ...expected,
    meta: { ...expected["meta"], last_update: NOW },
  });
  expect(result.result.refused).toEqual({
    "/admin/password_hash": "is no bcrypt hash; set a new password",
  });
  expect(result.result.counts).toEqual({ agents: 3, modules: 16 });
  expect(result.result.kept).toContain("/apis");
  expect(result.result.taken["/modules/health"]).toBe("modules/health");
});

test("the report lists what the file overwrites, in a dry run too", () => {
  const second = copy();
  const agents = second["agents"] as unknown as JsonObject[];
  const [first, gone, ...rest] = agents;
  const file = { ...second, agents: [{ ...first, state: "running" }, ...rest] };
  const before = given({ crystal: crystalOf(run(FILE)) });
  expect(run(FILE, true, before).result.overwritten).toEqual({});
  expect(run(file as never, true, before).result.overwritten).toEqual({
    [`agents/${String(first?.["name"])}`]: "changed",
    [`agents/${String(gone?.["name"])}`]: "removed",
  });
  const { apis: _apis, ...without } = file as unknown as JsonObject;
  expect(run(without as never, true, before).result.overwritten).toHaveProperty("/apis", "removed");
});

test("credentials go beside the log, never into it", () => {
  const file = { ...copy(), admin: { username: "AEVegaAdmin", password_hash: HASH } };
  const { events, result } = run(file);
  expect(result.refused).toEqual({});
  expect(JSON.stringify(events[0]?.data)).not.toContain(HASH);
  expect(events[0]?.sideChanges).toEqual([
    { collection: "credentials", id: "admin", body: { value: file.admin } },
  ]);
});

test("passwords anywhere else are refused by name", () => {
  const file = { ...copy(), users: [{ name: "a", password: "secret" }, HASH] };
  const result = run(file);
  expect(Object.keys(result.result.refused)).toEqual([
    "/admin/password_hash",
    "/users/0/password",
    "/users/1",
  ]);
  expect(crystalOf(result).extra["users"]).toEqual([{ name: "a" }]);
});

test("a dry run reports the same and changes nothing", () => {
  const dry = run(FILE, true);
  expect(dry.events).toEqual([]);
  expect({ ...dry.result, dry_run: false }).toEqual(run(FILE).result);
});

test("iterations never run backwards", () => {
  const crystal = freshCrystal(NOW, 1);
  const before = given({ crystal: { ...crystal, loop: { ...crystal.loop, iteration: 20_000 } } });
  const result = run(FILE, false, before);
  expect(crystalOf(result).loop.iteration).toBe(20_000);
  expect(result.result.refused["/meta/infinity_loop_iteration"]).toMatch(/20000/);
});

test("agents and modules that are not in the file are gone", () => {
  const file = { ...copy(), agents: [{ name: "scout", state: "idle", description: "" }] };
  const data = run(file).events[0]?.data;
  expect(data?.["removed"]).toEqual({
    agents: ["ae_agent", "ae_symbol_agent", "miracore"],
    modules: [],
  });
});

describe("another format is refused whole, with the reason", () => {
  test.each<[string, (file: Record<string, JsonObject>) => unknown, string]>([
    [
      "version 1",
      (f) => ({ ...f, meta: { ...f["meta"], vtc_version: "1.4.0" } }),
      "/meta/vtc_version",
    ],
    [
      "version 20",
      (f) => ({ ...f, meta: { ...f["meta"], vtc_version: "20.0" } }),
      "/meta/vtc_version",
    ],
    ["agents as an object", (f) => ({ ...f, agents: { ae_agent: "active" } }), "/agents"],
    ["modules as a list", (f) => ({ ...f, modules: [] }), "/modules"],
    ["no meta", ({ meta: _meta, ...f }) => f, "/meta"],
    [
      "an unknown agent state",
      (f) => ({ ...f, agents: [{ name: "a", state: "asleep" }] }),
      "/agents/0/state",
    ],
    [
      "an agent twice",
      (f) => ({ ...f, agents: [1, 2].map(() => ({ name: "a", state: "idle" })) }),
      "/agents/1/name",
    ],
    [
      "a phase 4",
      (f) => ({ ...f, infinity_loop: { ...f["infinity_loop"], current_phase: 4 } }),
      "/infinity_loop/current_phase",
    ],
    [
      "too much power",
      (f) => ({ ...f, mirror_core: { ...f["mirror_core"], power: 101 } }),
      "/mirror_core/power",
    ],
    ["a list", () => [], ""],
    ["null", () => null, ""],
  ])("%s", (_name, change, path) => {
    expect(() => parseTimeCrystal(change(copy()) as JsonObject)).toThrow(
      expect.objectContaining({
        code: "invalid",
        details: expect.arrayContaining([expect.objectContaining({ path })]),
      }),
    );
  });
});
