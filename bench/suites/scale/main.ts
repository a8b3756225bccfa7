// `npm run bench:scale`: replicas, many subscribers, and long logs; `--help` lists the options. A missed aim is reported and
// does not fail; the exit code is 1 when a response or a delivery was wrong.
import { startResults } from "../../src/report/results.ts";
import type { Section } from "../../src/report/section.ts";
import { sectionMarkdown } from "../../src/report/section.ts";
import { measureSubscribers } from "./measure-subscribers.ts";
import { measureLogLength } from "./measure-log-length.ts";
import { measureReplicas } from "./measure-replicas.ts";
import type { Part, ScaleOptions } from "./options.ts";
import { HELP, readOptions } from "./options.ts";

const MEASURES: Readonly<Record<Part, (options: ScaleOptions) => Promise<readonly Section[]>>> = {
  subscribers: measureSubscribers,
  replicas: measureReplicas,
  entries: measureLogLength,
};

const options = readOptions(process.argv.slice(2));
if (options) process.exitCode = (await benchScale(options)) ? 0 : 1;
else console.log(HELP);

async function benchScale(chosen: ScaleOptions): Promise<boolean> {
  // An exit runs the handlers that end the started processes; the signal itself would not.
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
  const valid = results.keep(chosen, {});
  console.log(`\n${sections.map(sectionMarkdown).join("\n\n")}`);
  return valid;
}
