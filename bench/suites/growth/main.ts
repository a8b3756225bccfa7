// `npm run bench:growth`: growth of the log, and reads of past state with a long log; `--help` lists the options. A missed
// aim is reported and does not fail; the exit code is 1 when a response was wrong.
import { parseArgs } from "node:util";
import { startResults } from "../../src/report/results.ts";
import { measureAsOf } from "./measure-as-of.ts";
import { measureRetention } from "./measure-retention.ts";
import { takeTemplate } from "../../src/log/tick-template.ts";

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
