// `npm run bench`: measures the platform as `npm start` runs it; `--help` lists the options. A missed aim is reported and
// does not fail; the exit code is 1 when a response or a delivery was wrong, which makes the figures invalid.
import { HELP, readOptions } from "./options.ts";
import { benchCore } from "./suite.ts";

const options = readOptions(process.argv.slice(2));
if (options) process.exitCode = (await benchCore(options)) ? 0 : 1;
else console.log(HELP);
