// `npm run bench:agents`: how long many agents take that are all due on one iteration, and what the loop feels of it; `--help`
// tells the options. The exit code is 1 when an agent ran twice in an iteration, or not at all.
import { until } from "@vega/test-support";
import { parseArgs } from "node:util";
import type { Spread } from "../figures.ts";
import { show, spreadOf } from "../figures.ts";
import { startResults } from "../keep.ts";
import type { BenchPlatform } from "../platform.ts";
import { preparePlatform } from "../platform.ts";
import type { Section } from "../section.ts";

const HELP = `npm run bench:agents -- [options]
  --agents N      agents that are due at once (950; a system has 1,000 at most, its own among them)`;
/** Agents are due together on each of these, and the loop goes on in between. */
const EVERY = 1_000_000;
/** Iterations by hand before, and while they run. */
const ITERATIONS = 40;
const AT_ONCE = 16;

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
  const platform = await preparePlatform({
    VEGA_BACKUP_HOURS: "0",
    VEGA_SNAPSHOT_SECONDS: "86400",
  });
  try {
    await platform.start();
    const post = async (path: string) => {
      const { status } = await platform.api.send("POST", path, undefined, platform.writeHeaders);
      if (status !== 200) throw new Error(`${path}: status ${status}`);
    };
    // Iterations come by hand alone.
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
  await inParallel(names, async (name) => {
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
  const waiting = new Set(names);
  await until(
    "all have run",
    async () => {
      // Those that have not run yet are looked at now and then, so that looking is not what is measured.
      const some = [...waiting].slice(0, AT_ONCE);
      for (const name of some) {
        if ((await runsOf(name)).some((run) => run.status === "complete")) waiting.delete(name);
      }
      return waiting.size === 0;
    },
    600_000,
  );
  const seconds = (performance.now() - started) / 1_000;
  stopped.value = true;
  const busy = await during;
  const faults: string[] = [];
  await inParallel(names, async (name) => {
    const runs = await runsOf(name);
    const ok = runs.length === 1 && runs[0]?.iteration === due && runs[0].status === "complete";
    if (!ok)
      faults.push(`${name}: ${JSON.stringify(runs.map((run) => [run.iteration, run.status]))}`);
  });
  return {
    title: `${show(agents)} agents of the built-in analyst, all due on one iteration`,
    columns: ["", "p50 ms", "p99 ms", "max ms", "iterations"],
    rows: [
      ["iteration, nobody due", ...told(alone), String(alone.length)],
      ["iteration, while they run", ...told(busy), String(busy.length)],
    ],
    notes: [
      `all had run after ${show(seconds)} s: ${show(agents / seconds)} runs a second`,
      `the iteration that they were due on: ${show(first)} ms`,
    ],
    aims: [],
    faults: faults.slice(0, 5),
    raw: { seconds, first, alone: spreadOf(alone), busy: spreadOf(busy) },
  };
}

function told(times: readonly number[]): string[] {
  const { p50, p99, max }: Spread = spreadOf(times);
  return [p50, p99, max].map(show);
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

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>) {
  const left = items.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const item of left) await work(item);
    }),
  );
}
