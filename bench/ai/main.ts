// `npm run bench:ai`: what VEGA adds to a model's answers, against a model that costs nothing; `--help` tells the options.
// A missed aim is said, not failed; the exit code is 1 when an answer was wrong or is not stored.
import { benchAi } from "./bench.ts";
import { HELP, readOptions } from "./options.ts";

const options = readOptions(process.argv.slice(2));
if (options) process.exitCode = (await benchAi(options)) ? 0 : 1;
else console.log(HELP);
