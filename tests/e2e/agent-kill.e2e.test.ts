import type { FaultProvider } from "@vega/ai/testing";
import { startFaultProvider } from "@vega/ai/testing";
import type { AgentRun } from "@vega/contracts";
import type { Platform } from "@vega/test-network";
import { createPlatform, until } from "@vega/test-network";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

/* What becomes of agents' runs whose process is killed with -9 in their midst. */

const ADMIN = { authorization: "Bearer a-token-for-tests-only" };
const NAMES = ["one", "two", "three"];

let provider: FaultProvider;
let folder: string;
let platform: Platform;
beforeAll(async () => {
  provider = await startFaultProvider();
  folder = await mkdtemp(join(tmpdir(), "vega-agent-kill-"));
  const file = join(folder, "providers.json");
  const wall = { id: "wall", kind: "openai-compatible", base_url: provider.baseUrl };
  await writeFile(file, JSON.stringify({ providers: [wall] }));
  platform = await createPlatform({
    LOG_LEVEL: "error",
    VEGA_PROVIDERS_FILE: file,
    LOOP_TIME_SCALE: "0.05",
    VEGA_AGENT_RUN_SECONDS: "2",
  });
  await platform.start();
});
afterAll(async () => {
  await platform?.close();
  await provider.close();
  await rm(folder, { recursive: true, force: true });
});

const runsOf = async (name: string): Promise<AgentRun[]> =>
  (await platform.api.get(`/api/agents/${name}/runs?limit=100`, ADMIN)).body.runs;

/** Entries by which runs began, as `<agent>/<iteration>`, out of the audit trail. */
async function begun(): Promise<string[]> {
  const found: string[] = [];
  for (let cursor = ""; ;) {
    const path = `/api/audit?action=vega.agent.changed&limit=500${cursor}`;
    const { body } = await platform.api.get(path, ADMIN);
    for (const { data } of body.entries) {
      if (data.agent.state !== "running" || !NAMES.includes(data.agent.name)) continue;
      found.push(`${data.agent.name}/${data.run.iteration}`);
    }
    if (body.next_cursor === null) return found;
    cursor = `&cursor=${body.next_cursor}`;
  }
}

test("a run that was killed has failed and is not made again; later ones go on", async () => {
  provider.behave("watch", { kind: "hang" });
  for (const name of NAMES) {
    const body = { prompt: "watch", model: "wall/watch", schedule: { every: 2 } };
    expect((await platform.api.send("PUT", `/api/agents/${name}`, body)).status).toBe(200);
  }
  await until("every agent asks its model", () => provider.callsOf("watch").length >= NAMES.length);
  await platform.killChild("ai");
  const killed = await Promise.all(NAMES.map(async (name) => (await runsOf(name))[0]));
  provider.behave("watch", { kind: "answer", text: "all quiet" });

  for (const run of killed) {
    if (!run) throw new Error("no run had begun");
    const { agent, iteration } = run;
    const lost = await until(
      `${agent} has failed`,
      async () => {
        const found = (await runsOf(agent)).find((one) => one.iteration === iteration);
        return found && found.status !== "running" && found;
      },
      30_000,
    );
    expect(lost).toMatchObject({ status: "failed", error: { code: "lost" } });
    await until(
      `${agent} runs again`,
      async () =>
        (await runsOf(agent)).some((one) => one.iteration > iteration && one.status === "complete"),
      30_000,
    );
  }
  const all = await begun();
  expect(new Set(all).size).toBe(all.length);
  for (const name of NAMES) {
    const stored = (await runsOf(name)).map(({ iteration }) => `${name}/${iteration}`);
    expect(new Set(stored).size).toBe(stored.length);
  }
}, 90_000);
