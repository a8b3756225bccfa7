// `npm run bench:ai`: VEGA's overhead on completions, with a stand-in provider; `--help` lists the options. A missed aim is
// reported and does not fail; the exit code is 1 when a completion was wrong or is not stored.
import { benchAi } from "./suite.ts";
import { HELP, readOptions } from "./options.ts";

const options = readOptions(process.argv.slice(2));
if (options) process.exitCode = (await benchAi(options)) ? 0 : 1;
else console.log(HELP);
