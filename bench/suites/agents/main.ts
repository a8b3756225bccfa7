// `npm run bench:agents`: runs of many agents that are due on one iteration, and their effect on the loop; `--help` lists
// the options. The exit code is 1 when an agent ran twice in an iteration, or not at all.
import { until } from "@vega/test-support";
import { parseArgs } from "node:util";
import { inParallel } from "../../src/load/closed-loop.ts";
import { show, spreadCells, spreadOf } from "../../src/statistics.ts";
import { startResults } from "../../src/report/results.ts";
import type { BenchPlatform } from "../../src/cluster/platform.ts";
import { preparePlatform, WITHOUT_BACKUPS } from "../../src/cluster/platform.ts";
import type { Section } from "../../src/report/section.ts";

const HELP = `npm run bench:agents -- [options]
  --agents N      agents that are due together (950; a system has 1,000 at most, built-in ones included)`;
/** Interval of the agents' schedule: larger than the number of iterations of this run. */
const EVERY = 1_000_000;
/** Iterations without a due agent. */
const ITERATIONS = 40;
const PARALLEL_REQUESTS = 16;

const { values } = parseArgs({
  options: {
    help: { type: "boolean", default: false },
    agents: { type: "string", default: "950" },
  },
});
if (values.help) console.log(HELP);
else process.exitCode = (await bench(Number(values.agents))) ? 0 : 1;

async function bench(agents: number): Promise<boolean> {
  const results = startResults("-agents");
  const platform = await preparePlatform(WITHOUT_BACKUPS);
  try {
    await platform.start();
    const post = async (path: string) => {
      const { status } = await platform.api.send("POST", path, undefined, platform.writeHeaders);
      if (status !== 200) throw new Error(`${path}: status ${status}`);
    };
    // From here on only this program triggers iterations.
    await post("/api/infinity-loop/stop");
    results.add(await measure(platform, post, agents));
    const facts = { nats_server: platform.natsVersion(), store: platform.store };
    return results.keep({ agents }, facts);
  } finally {
    await platform.end("SIGINT");
    await platform.close();
  }
}

type Post = (path: string) => Promise<void>;

async function measure(platform: BenchPlatform, post: Post, agents: number): Promise<Section> {
  const { api, writeHeaders } = platform;
  const { body: status } = await api.get("/api/status");
  const iteration = Number(status.meta.infinity_loop_iteration);
  const due = iteration + ITERATIONS + 1;
  const names = Array.from({ length: agents }, (_, n) => `bench-${n}`);
  await inParallel(names, PARALLEL_REQUESTS, async (name) => {
    const schedule = { every: EVERY, offset: due % EVERY };
    const wanted = { prompt: "What is the state?", model: "local/echo-analyst", schedule };
    const made = await api.send("PUT", `/api/agents/${name}`, wanted, writeHeaders);
    if (made.status >= 300) throw new Error(`PUT ${name}: status ${made.status}`);
  });
  const alone = await iterate(post, ITERATIONS);

  const started = performance.now();
  await post("/api/infinity-loop/iterate");
  const first = performance.now() - started;
  const stopped = { value: false };
  const during = iterateUntil(post, stopped);
  const runsOf = async (name: string) => {
    const { body } = await api.get(`/api/agents/${name}/runs`, writeHeaders);
    return body.runs as { iteration: number; status: string }[];
  };
  const pending = new Set(names);
  await until(
    "all agents have run",
    async () => {
      // Few at a time, so that the polling does not disturb the measurement.
      const some = [...pending].slice(0, PARALLEL_REQUESTS);
      for (const name of some) {
        if ((await runsOf(name)).some((run) => run.status === "complete")) pending.delete(name);
      }
      return pending.size === 0;
    },
    600_000,
  );
  const seconds = (performance.now() - started) / 1_000;
  stopped.value = true;
  const busy = await during;
  const faults: string[] = [];
  await inParallel(names, PARALLEL_REQUESTS, async (name) => {
    const runs = await runsOf(name);
    const ok = runs.length === 1 && runs[0]?.iteration === due && runs[0].status === "complete";
    if (!ok)
      faults.push(`${name}: ${JSON.stringify(runs.map((run) => [run.iteration, run.status]))}`);
  });
  return {
    title: `${show(agents)} agents of the built-in analyst, all due on one iteration`,
    columns: ["", "p50 ms", "p99 ms", "max ms", "iterations"],
    rows: [
      ["iteration, no agent due", ...spreadCells(spreadOf(alone)), String(alone.length)],
      ["iteration, while they run", ...spreadCells(spreadOf(busy)), String(busy.length)],
    ],
    notes: [
      `all runs complete after ${show(seconds)} s: ${show(agents / seconds)} runs a second`,
      `the iteration of the due agents: ${show(first)} ms`,
    ],
    aims: [],
    faults: faults.slice(0, 5),
    raw: { seconds, first, alone: spreadOf(alone), busy: spreadOf(busy) },
  };
}

async function iterate(post: Post, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const from = performance.now();
    await post("/api/infinity-loop/iterate");
    times.push(performance.now() - from);
  }
  return times;
}

async function iterateUntil(post: Post, stopped: { readonly value: boolean }): Promise<number[]> {
  const times: number[] = [];
  while (!stopped.value) times.push(...(await iterate(post, 1)));
  return times;
}
