// `npm run bench`: measures the platform as `npm start` runs it; `--help` tells the options. A missed aim is said, not
// failed; the exit code is 1 when an answer or a delivery was wrong, for then the figures mean nothing.
import { bench } from "./bench.ts";
import { HELP, readOptions } from "./options.ts";

const options = readOptions(process.argv.slice(2));
if (options) process.exitCode = (await bench(options)) ? 0 : 1;
else console.log(HELP);
