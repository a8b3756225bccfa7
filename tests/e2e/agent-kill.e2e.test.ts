import type { FaultProvider } from "@vega/ai/testing";
import { startFaultProvider } from "@vega/ai/testing";
import type { AgentRun } from "@vega/contracts";
import type { Platform } from "@vega/test-support";
import { createPlatform, until } from "@vega/test-support";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

/* Agent runs whose process is killed with SIGKILL. */

const ADMIN = { authorization: "Bearer a-token-for-tests-only" };
const NAMES = ["one", "two", "three"];
/** Timeout of a run, s; a lease is a quarter of it. */
const RUN_MS = 16_000;

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
    VEGA_PROVIDERS_FILE: file,
    LOOP_TIME_SCALE: "0.05",
    VEGA_AGENT_RUN_SECONDS: String(RUN_MS / 1_000),
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

/** Started runs in the audit trail, as `<agent>/<iteration>`. */
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

test("a killed run fails and is not repeated; its agent runs again, and a slow run continues", async () => {
  provider.behave("watch", { kind: "hang" });
  for (const name of NAMES) {
    const body = { prompt: "watch", model: "wall/watch", schedule: { every: 2 } };
    expect((await platform.api.send("PUT", `/api/agents/${name}`, body)).status).toBe(200);
  }
  await until(
    "every agent calls its model",
    () => provider.callsOf("watch").length >= NAMES.length,
  );
  await platform.killChild("ai");
  const killedAt = Date.now();
  const killed = await Promise.all(NAMES.map(async (name) => (await runsOf(name))[0]));
  provider.behave("watch", { kind: "answer", text: "all quiet" });

  // The run takes longer than its lease.
  provider.behave("slow", { kind: "answer", text: "slowly at last", everyMs: 1_800 });
  const slow = { prompt: "take your time", model: "wall/slow" };
  expect((await platform.api.send("PUT", "/api/agents/slow", slow)).status).toBe(200);
  await until("ai is up and starts the slow run", async () => {
    const { status } = await platform.api.send("POST", "/api/agents/slow/run");
    return status === 202;
  });

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
    const next = await until(
      `${agent} runs again`,
      async () =>
        (await runsOf(agent))
          .toReversed()
          .find((one) => one.iteration > iteration && one.status === "complete"),
      30_000,
    );
    expect(Date.parse(next.started_at) - killedAt).toBeLessThan(RUN_MS);
  }
  const lived = await until(
    "the slow one has ended",
    async () => {
      const [run] = await runsOf("slow");
      return run && run.status !== "running" && run;
    },
    30_000,
  );
  const took = Date.parse(lived.ended_at ?? "") - Date.parse(lived.started_at);
  expect(took).toBeGreaterThan(RUN_MS / 4);
  expect(lived).toMatchObject({ status: "complete", text: "slowly at last", error: null });
  const all = await begun();
  expect(new Set(all).size).toBe(all.length);
  for (const name of NAMES) {
    const stored = (await runsOf(name)).map(({ iteration }) => `${name}/${iteration}`);
    expect(new Set(stored).size).toBe(stored.length);
  }
}, 90_000);
