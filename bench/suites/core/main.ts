// `npm run bench`: measures the platform as `npm start` runs it; `--help` lists the options. A missed aim is reported and
// does not fail; the exit code is 1 when a response or a delivery was wrong, which makes the figures invalid.
import { HELP, readOptions } from "./options.ts";

const options = readOptions(process.argv.slice(2));
if (!options) console.log(HELP);
else if (options.against === undefined) {
  const { benchCore } = await import("./suite.ts");
  process.exitCode = (await benchCore(options)) ? 0 : 1;
} else {
  const { compareRevisions } = await import("../against/compare-revisions.ts");
  process.exitCode = (await compareRevisions(options.against, options)) ? 0 : 1;
}
