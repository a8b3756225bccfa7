// `npm run bench:growth`: how the log grows, and what a long one costs who looks back; `--help` tells the options. A missed
// aim is said, not failed; the exit code is 1 when an answer was wrong.
import { parseArgs } from "node:util";
import { startResults } from "../keep.ts";
import { measureAsOf } from "./measure-as-of.ts";
import { measureRetention } from "./measure-retention.ts";
import { takeTemplate } from "./template.ts";

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
