// `npm run bench`: measures the platform as `npm start` runs it, side by side with bare servers in the same run.
// `--quick` for one short round, `--only status,memory,sse,bus,processes`. An aim that is missed is said, not failed;
// a result that is wrong (a lost write, a missed event) ends the run.
import { createPlatform } from "@vega/test-network";
import { join } from "node:path";
import { measureBus } from "./measure-bus.ts";
import { measureMemory } from "./measure-memory.ts";
import { measureSse } from "./measure-sse.ts";
import { measureStatus } from "./measure-status.ts";
import { readOptions } from "./options.ts";
import { measureProcesses } from "./processes.ts";
import type { Result } from "./report.ts";
import { keep, show } from "./report.ts";

const TOKEN = "a-token-for-benchmarks-only";

const options = readOptions();
const platform = await createPlatform({ VEGA_ADMIN_TOKEN: TOKEN, LOG_LEVEL: "warn" }, TOKEN);
const results: Result[] = [];
const add = (more: readonly Result[]) => {
  results.push(...more);
  show(more);
};
const wanted = (name: (typeof options.only)[number]) => options.only.includes(name);

try {
  const startMs = async () => {
    const began = performance.now();
    await platform.start();
    await platform.ready();
    return Math.round(performance.now() - began);
  };
  const first = await startMs();
  await platform.end("SIGINT");
  add([{ name: "ready after, ms (set up already)", fresh_folder: first, again: await startMs() }]);
  // First, while the gateway's heap has not grown for anything else.
  if (wanted("sse")) add(await measureSse(platform, options));
  if (wanted("processes")) add(await measureProcesses(platform, TOKEN, options));
  if (wanted("status")) add(await measureStatus(platform, options));
  if (wanted("memory")) add(await measureMemory(platform, TOKEN, options));
  if (wanted("bus")) add(await measureBus(platform, options));
  const path = keep(join(import.meta.dirname, "results"), results, { options, store: "sqlite" });
  console.log(`\nraw figures in ${path}`);
} finally {
  await platform.close();
}
