import { expect, test } from "vitest";
import type { Operation } from "rfc6902";
import { applyPatch } from "rfc6902";
import { VIEWS } from "../read-model/views.ts";
import { testCrystal } from "../testing/log.ts";
import { difference } from "./difference.ts";

test("the patch leads from the first state to the second, and the summary describes it", () => {
  const from = testCrystal();
  const to = structuredClone(from);
  const [agent] = to.agents;
  if (!agent) throw new Error("no agent");
  agent.state = "active";
  to.agents.push({ ...agent, name: "scout", state: "idle", position: 9 });
  to.loop.iteration += 3;
  to.loop.updated_at = "2027-01-01T00:00:00.000Z";
  to.modules = [];
  const { patch, summary } = difference(from, to);
  const status = structuredClone(VIEWS.status(from));
  applyPatch(status, patch as unknown as Operation[]);
  expect(status).toEqual(VIEWS.status(to));
  expect(summary).toEqual([
    `system_state/loop: iteration ${from.loop.iteration} → ${to.loop.iteration}`,
    'agents/one: state "idle" → "active"',
    ...from.modules.map(({ name }) => `modules/${name}: removed`),
    "agents/scout: new",
  ]);
});

test("equal states have no difference", () => {
  expect(difference(testCrystal(), testCrystal())).toEqual({ patch: [], summary: [] });
});

test("secrets are redacted", () => {
  const to = testCrystal();
  to.extra = { admin: { password_hash: "x" }, note: `$2b$10$${"a".repeat(53)}` };
  expect(JSON.stringify(difference(testCrystal(), to))).not.toMatch(/password|\$2b/);
});
