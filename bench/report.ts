import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { round } from "./figures.ts";

/** One line of the result: its name, figures, and an aim where there is one. */
export type Result = { readonly name: string } & Record<string, unknown>;

const text = (value: unknown): string => {
  if (typeof value === "number") return String(round(value, 2));
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([key, inner]) => `${key} ${text(inner)}`)
    .join(", ");
};

/** Shows results as lines; the raw figures are left to the file. */
export function show(results: readonly Result[]): void {
  for (const { name, aim, met, raw: _raw, ...figures } of results) {
    console.log(`\n${name}`);
    for (const [key, value] of Object.entries(figures)) console.log(`  ${key}: ${text(value)}`);
    if (aim !== undefined) console.log(`  aim: ${text(aim)}: ${met ? "met" : "MISSED"}`);
  }
}

/** Keeps the results with the raw figures and what the machine was; returns the path. */
export function keep(folder: string, results: readonly Result[], facts: object): string {
  mkdirSync(folder, { recursive: true });
  const time = new Date().toISOString();
  const path = join(folder, `${time.replaceAll(/[:.]/g, "-")}.json`);
  const machine = {
    cores: cpus().length,
    model: cpus()[0]?.model,
    memory_gib: Math.round(totalmem() / 1024 ** 3),
    node: process.version,
    commit: execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: folder })
      .toString()
      .trim(),
  };
  writeFileSync(path, `${JSON.stringify({ time, machine, ...facts, results }, null, 2)}\n`);
  return path;
}
