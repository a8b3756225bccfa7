import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Machine } from "./machine.ts";
import { machineFacts } from "./machine.ts";
import type { Section } from "./section.ts";
import { sectionText } from "./section.ts";

const RESULTS = join(import.meta.dirname, "../../results");

/** Results of one run, printed as they arrive. */
export interface Results {
  add(section: Section): void;
  /** Writes everything to a file. @returns whether no section has faults */
  keep(options: object, facts: object): boolean;
}

/** @param suffix of the file's name, which otherwise is the time of this call */
export function startResults(suffix = ""): Results {
  const at = new Date().toISOString();
  const machine: Machine = machineFacts();
  console.log(
    `${machine.cores} × ${machine.model}, node ${machine.node}, commit ${machine.commit}, load before ${machine.load_before}`,
  );
  const sections: Section[] = [];
  return {
    add(section) {
      sections.push(section);
      console.log(sectionText(section));
    },
    keep(options, facts) {
      mkdirSync(RESULTS, { recursive: true });
      const file = join(RESULTS, `${at.replaceAll(":", "-")}${suffix}.json`);
      const kept = { at, machine: { ...machine, ...facts }, options, sections };
      writeFileSync(file, `${JSON.stringify(kept, null, 1)}\n`);
      console.log(`\nraw data: ${file}`);
      return sections.every(({ faults }) => faults.length === 0);
    },
  };
}
