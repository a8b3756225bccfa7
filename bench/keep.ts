import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Machine } from "./machine.ts";
import { machineFacts } from "./machine.ts";
import type { Section } from "./section.ts";
import { sectionText } from "./section.ts";

const RESULTS = join(import.meta.dirname, "results");

/** What one run has found, shown as it comes. */
export interface Results {
  add(section: Section): void;
  /** Writes everything to a file. @returns whether all that was measured was right, too. */
  keep(options: object, facts: object): boolean;
}

/** @param suffix of the file's name, which is otherwise the moment of this call */
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
      console.log(`\nraw figures: ${file}`);
      return sections.every(({ faults }) => faults.length === 0);
    },
  };
}
