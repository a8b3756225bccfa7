// `npm run bench:scale`: replicas, a crowd of subscribers, and long logs; `--help` tells the options. A missed aim is said,
// not failed; the exit code is 1 when an answer or a delivery was wrong.
import { startResults } from "../keep.ts";
import type { Section } from "../section.ts";
import { sectionMarkdown } from "./markdown.ts";
import { measureCrowd } from "./measure-crowd.ts";
import { measureEntries } from "./measure-entries.ts";
import { measureReplicas } from "./measure-replicas.ts";
import type { Part, ScaleOptions } from "./options.ts";
import { HELP, readOptions } from "./options.ts";

const MEASURES: Readonly<Record<Part, (options: ScaleOptions) => Promise<readonly Section[]>>> = {
  crowd: measureCrowd,
  replicas: measureReplicas,
  entries: measureEntries,
};

const options = readOptions(process.argv.slice(2));
if (options) process.exitCode = (await benchScale(options)) ? 0 : 1;
else console.log(HELP);

async function benchScale(chosen: ScaleOptions): Promise<boolean> {
  // An exit, unlike the signal itself, lets everything that was started be ended.
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => process.exit(130));
  const results = startResults("-scale");
  const sections: Section[] = [];
  for (const part of chosen.only) {
    for (const section of await MEASURES[part](chosen)) {
      results.add(section);
      sections.push(section);
    }
  }
  const right = results.keep(chosen, {});
  console.log(`\n${sections.map(sectionMarkdown).join("\n\n")}`);
  return right;
}
