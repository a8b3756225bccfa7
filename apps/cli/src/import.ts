// `npm run import -- time_crystal.json [--dry-run]`: takes over the predecessor's state.
import { join } from "node:path";
import { fileArgument } from "./arguments.ts";
import { readJsonText } from "./files.ts";
import { findRunning, runScript } from "./running-platform.ts";

interface Report {
  readonly counts: { readonly agents: number; readonly modules: number };
  readonly iteration: number;
  readonly taken: Readonly<Record<string, string>>;
  readonly kept: readonly string[];
  readonly overwritten: Readonly<Record<string, "changed" | "removed">>;
  readonly refused: Readonly<Record<string, string>>;
}

await runScript(async () => {
  const usage = "npm run import -- time_crystal.json [--dry-run]";
  const { path, flags } = fileArgument(process.argv.slice(2), ["dry-run"], usage);
  const file = readJsonText(path);
  const dryRun = flags.has("dry-run");
  const running = findRunning(join(import.meta.dirname, "../../.."));
  const query = dryRun ? "?dry_run=true" : "";
  const report = (await running.send("POST", `/api/admin/import${query}`, file)) as Report;
  const { agents, modules } = report.counts;
  const taken = Object.keys(report.taken).length;
  console.log(
    `vega: ${dryRun ? "would take" : "took"} over ${agents} agents, ${modules} modules and the loop at iteration ${report.iteration}`,
  );
  console.log(`  ${taken} parts have a place of their own`);
  console.log(`  ${report.kept.length} parts are kept as they are: ${report.kept.join(", ")}`);
  for (const how of ["changed", "removed"] as const) {
    const names = Object.keys(report.overwritten).filter(
      (name) => report.overwritten[name] === how,
    );
    if (names.length > 0) {
      console.log(
        `  ${names.length} of what was there ${dryRun ? "would be" : "were"} ${how}: ${names.join(", ")}`,
      );
    }
  }
  for (const [at, reason] of Object.entries(report.refused))
    console.log(`  refused ${at}: ${reason}`);
});
