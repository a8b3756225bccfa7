import type { AgentRun } from "@vega/contracts";
import { BUILT_IN_AGENTS, loop, systemContext } from "@vega/contracts";
import { startFaultProvider } from "@vega/ai/testing";
import { request } from "@vega/messaging";
import { startNetwork, until } from "@vega/test-support";
import { expect } from "vitest";
import { bearer } from "./people.ts";

export const context = systemContext("test");
export const ADMIN = bearer("a-token-for-tests-only");

/** A network with manual iterations only, a provider `wall`, and helpers for tests of agents. */
export async function startAgentsAtWork(replicas: number) {
  const provider = await startFaultProvider();
  const network = await startNetwork({
    // Only manual ticks.
    timeScale: 100,
    replicas: { ai: replicas },
    env: { VEGA_REGISTRATION: "open", VEGA_AGENT_RUN_SECONDS: "20" },
    providers: {
      providers: [{ id: "wall", kind: "openai-compatible", base_url: provider.baseUrl }],
      limits: { retries: 0 },
    },
  });
  const { api, bus } = network;
  const runsOf = async (name: string): Promise<AgentRun[]> =>
    (await api.get(`/api/agents/${name}/runs?limit=100`, ADMIN)).body.runs;
  return {
    provider,
    network,
    runsOf,
    /** @returns the new iteration */
    iterate: async () => (await request(bus, loop.requests.iterate, {}, context)).iteration,
    ended: (name: string, iteration: number) =>
      until(`${name} has run in ${iteration}`, async () =>
        (await runsOf(name)).find((run) => run.iteration === iteration && run.status !== "running"),
      ),
    async define(name: string, body: object = {}) {
      const isBuiltIn = (BUILT_IN_AGENTS as readonly string[]).includes(name);
      const prompt = isBuiltIn ? {} : { prompt: "look around" };
      const answer = await api.send("PUT", `/api/agents/${name}`, { ...prompt, ...body });
      expect([answer.status, answer.body]).toEqual([200, expect.anything()]);
    },
    runManually: (name: string) => api.send("POST", `/api/agents/${name}/run`),
    async close() {
      await network.close();
      await provider.close();
    },
  };
}
