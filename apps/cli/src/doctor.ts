// `npm run doctor`: says what is in the way of VEGA and what to mend. Ends with 1 where something fails; changes nothing.
import { join } from "node:path";
import { examine } from "./doctor/examine.ts";
import { lineOf } from "./doctor/finding.ts";

const root = join(import.meta.dirname, "../../..");
// Relative paths in settings are the services', which run there.
process.chdir(root);
const counts = { ok: 0, warn: 0, fail: 0 };
for await (const finding of examine(root)) {
  counts[finding.level] += 1;
  console.log(lineOf(finding));
}
console.log(`\n${counts.ok} ok, ${counts.warn} to look at, ${counts.fail} to mend`);
process.exitCode = counts.fail > 0 ? 1 : 0;
