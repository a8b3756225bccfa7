import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { BenchPlatform } from "../../src/cluster/platform.ts";
import type { Section } from "../../src/report/section.ts";
import { show } from "../../src/statistics.ts";

const AIM_MS = 5_000;

/** From the command to the ready banner, with an empty data folder and with an existing one. Leaves the platform running. */
export async function measureReady(platform: BenchPlatform): Promise<Section> {
  const setUp = await milliseconds(repeatSetUp);
  const first = await milliseconds(platform.start);
  const stop = await milliseconds(() => platform.end("SIGINT"));
  const again = await milliseconds(platform.start);
  const total = setUp + again;
  return {
    title: "Ready time, ms (dependencies and nats-server are installed)",
    columns: ["set-up", "first start", "Ctrl-C", "second start", "npm start again"],
    rows: [[setUp, first, stop, again, total].map(show)],
    aims: [{ what: `second start under ${AIM_MS / 1_000} s`, met: total < AIM_MS }],
    faults: [],
    raw: { setUp, first, stop, again },
  };
}

/** The set-up that npm runs before the start. */
async function repeatSetUp(): Promise<void> {
  const script = fileURLToPath(new URL("../../../tools/setup.mjs", import.meta.url));
  const [code] = await once(spawn(process.execPath, [script], { stdio: "ignore" }), "exit");
  if (code !== 0) throw new Error(`the set-up exited with ${code}`);
}

async function milliseconds(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await run();
  return performance.now() - started;
}
