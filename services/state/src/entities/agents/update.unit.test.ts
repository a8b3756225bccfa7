import { AGENT_STATES } from "@vega/contracts";
import type { AgentState } from "@vega/contracts";
import { expect, test } from "vitest";
import { decideActivateAgent, MAX_AGENTS, mayGo, decideUpdateAgents } from "./update.ts";
import { freshCrystal } from "../crystal/seed.ts";
import { changesFrom, given, NOW } from "../../log/decision-testing.ts";

function viewWith(state: AgentState) {
  const crystal = freshCrystal(NOW, 1);
  return given({
    crystal: {
      ...crystal,
      agents: crystal.agents.map((agent) =>
        agent.name === "miracore" ? { ...agent, state } : agent,
      ),
    },
  });
}

test("states go round, and from any back to idle", () => {
  const legal = AGENT_STATES.flatMap((from) =>
    AGENT_STATES.filter((to) => from !== to && mayGo(from, to)).map((to) => `${from}>${to}`),
  );
  expect(legal.toSorted()).toEqual([
    "active>idle",
    "active>syncing",
    "idle>running",
    "running>active",
    "running>idle",
    "syncing>idle",
  ]);
});

test("an update changes all agents or none", () => {
  const command = decideUpdateAgents([
    { name: "ae_agent", state: "running" },
    { name: "miracore", state: "active" },
  ]);
  const error = given().when(command).refused();
  expect(error.code).toBe("conflict");
  expect(error.details).toEqual([
    {
      path: "/agents/1/state",
      message: "miracore is idle; from there it may go to running or idle",
    },
  ]);
});

test("the limit applies to existing agents, not to positions", () => {
  const crystal = freshCrystal(NOW, 1);
  const [one] = crystal.agents;
  if (!one) throw new Error("a fresh crystal has agents");
  const made = (count: number) =>
    given({
      crystal: {
        ...crystal,
        agents: Array.from({ length: count }, (_, n) => ({
          ...one,
          name: `agent-${n}`,
          position: n + MAX_AGENTS,
        })),
      },
    });
  const command = decideUpdateAgents([{ name: "another" }]);
  expect(
    made(MAX_AGENTS - 1)
      .when(command)
      .accepted().result,
  ).toHaveLength(MAX_AGENTS);
  made(MAX_AGENTS).when(command).thenError("limit_exceeded");
});

test("a name that stands twice is refused", () => {
  const error = given()
    .when(
      decideUpdateAgents([
        { name: "miracore", state: "idle" },
        { name: "miracore", state: "running" },
      ]),
    )
    .refused();
  expect(error.code).toBe("invalid");
  expect(error.details[0]?.path).toBe("/agents/1/name");
});

test("an update without a difference makes no event", () => {
  given()
    .when(decideUpdateAgents([{ name: "miracore", state: "idle" }]))
    .thenEvents([]);
});

test("a new name makes an agent at the end of the list", () => {
  const { events, result } = given()
    .when(decideUpdateAgents([{ name: "scout" }]))
    .accepted();
  expect(result.map(({ name }) => name)).toEqual([
    "ae_agent",
    "ae_symbol_agent",
    "miracore",
    "scout",
  ]);
  expect(changesFrom(events)).toEqual([
    {
      collection: "agents",
      id: "scout",
      body: {
        name: "scout",
        state: "idle",
        description: "",
        position: 3,
        extra: {},
        updated_at: NOW,
      },
    },
  ]);
});

test.each([
  ["idle", ["running", "active"]],
  ["running", ["active"]],
  ["active", []],
  ["syncing", ["idle", "running", "active"]],
] as const)("activating from %s takes every legal step", (from, steps) => {
  const { events, result } = viewWith(from).when(decideActivateAgent("miracore")).accepted();
  expect(changesFrom(events).map(({ body }) => body?.["state"])).toEqual(steps);
  expect(result.state).toBe("active");
});

test("an agent that is not there can't be activated", () => {
  given().when(decideActivateAgent("unknown")).thenError("not_found");
});
