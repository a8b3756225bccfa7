import { resolve } from "node:path";
import { defineCommand } from "../command.ts";

interface Report {
  readonly counts: { readonly agents: number; readonly modules: number };
  readonly iteration: number;
  readonly taken: Readonly<Record<string, string>>;
  readonly kept: readonly string[];
  readonly overwritten: Readonly<Record<string, "changed" | "removed">>;
  readonly refused: Readonly<Record<string, string>>;
}

export const importState = defineCommand({
  name: "import",
  summary: "Import the predecessor's time_crystal.json into the running platform",
  arguments: { file: "the time_crystal.json to read" },
  options: {
    "dry-run": { type: "boolean", description: "report what would change, and change nothing" },
  },
  examples: ["./vega import time_crystal.json --dry-run", "./vega import time_crystal.json"],
  async run({ arguments: { file }, options }, { root, cwd, print }) {
    const { readJsonText } = await import("../files.ts");
    const { findRunning } = await import("../running-platform.ts");
    const text = readJsonText(resolve(cwd, file));
    const dryRun = options["dry-run"];
    const path = `/api/admin/import${dryRun ? "?dry_run=true" : ""}`;
    const report = (await findRunning(root).send("POST", path, text)) as Report;
    for (const line of reportLines(report, dryRun)) print(line);
  },
});

function* reportLines(report: Report, dryRun: boolean): Generator<string, void> {
  const { agents, modules } = report.counts;
  yield `vega: ${dryRun ? "would import" : "imported"} ${agents} agents, ${modules} modules and the loop at iteration ${report.iteration}`;
  yield `  ${Object.keys(report.taken).length} parts mapped to entities of VEGA`;
  yield `  ${report.kept.length} parts stored unchanged: ${report.kept.join(", ")}`;
  for (const how of ["changed", "removed"] as const) {
    const names = Object.keys(report.overwritten).filter(
      (name) => report.overwritten[name] === how,
    );
    if (names.length === 0) continue;
    yield `  ${names.length} existing parts ${dryRun ? "would be " : ""}${how}: ${names.join(", ")}`;
  }
  for (const [at, reason] of Object.entries(report.refused)) yield `  refused ${at}: ${reason}`;
}
