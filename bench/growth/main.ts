// `npm run bench:growth`: how the log grows, and what a long one costs who looks back; `--help` tells the options. A missed
// aim is said, not failed; the exit code is 1 when an answer was wrong.
import { until } from "@vega/test-network";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startResults } from "../keep.ts";
import { preparePlatform } from "../platform.ts";
import { lastTick } from "./iterations.ts";
import { measureAsOf } from "./measure-as-of.ts";
import { measureRetention } from "./measure-retention.ts";

const HELP = `npm run bench:growth -- [options]
  --entries N,N   lengths of the log (10000,100000,1000000)
  --days N        days with retention (45)`;

const { values } = parseArgs({
  options: {
    help: { type: "boolean", default: false },
    entries: { type: "string", default: "10000,100000,1000000" },
    days: { type: "string", default: "45" },
  },
});
if (values.help) console.log(HELP);
else process.exitCode = (await bench()) ? 0 : 1;

async function bench(): Promise<boolean> {
  const options = { entries: values.entries.split(",").map(Number), days: Number(values.days) };
  const results = startResults("-growth");
  const { template, facts } = await takeTemplate();
  results.add(await measureAsOf(template, options.entries));
  results.add(await measureRetention(template, options.days));
  return results.keep(options, facts);
}

/** A tick with what the services of a live system report. */
async function takeTemplate() {
  const platform = await preparePlatform({ LOOP_TIME_SCALE: "0.1" });
  try {
    await platform.start();
    await until("the loop runs", async () => {
      const { body } = await platform.api.get("/api/status");
      return body.meta.infinity_loop_iteration >= 10;
    });
    await platform.end("SIGINT");
    const template = await lastTick(join(platform.folder, "data", "vega.db"));
    const facts = { nats_server: platform.natsVersion(), store: platform.store };
    return { template, facts };
  } finally {
    await platform.close();
  }
}
