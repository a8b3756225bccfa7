// `npm run import -- time_crystal.json [--dry-run]`: takes over the predecessor's state.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findRunning, runScript } from "./client/running.ts";
import { OperatorError } from "./supervisor/operator-error.ts";

interface Report {
  readonly counts: { readonly agents: number; readonly modules: number };
  readonly iteration: number;
  readonly taken: Readonly<Record<string, string>>;
  readonly kept: readonly string[];
  readonly refused: Readonly<Record<string, string>>;
}

await runScript(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { "dry-run": { type: "boolean", default: false } },
  });
  const [path] = positionals;
  if (!path) throw new OperatorError("say which file: npm run import -- time_crystal.json");
  const file = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new OperatorError(`can't read ${path}`, { cause });
  });
  const dryRun = values["dry-run"];
  const running = findRunning(join(import.meta.dirname, ".."));
  const query = dryRun ? "?dry_run=true" : "";
  const report = (await running.send("POST", `/api/admin/import${query}`, file)) as Report;
  const { agents, modules } = report.counts;
  const taken = Object.keys(report.taken).length;
  console.log(
    `vega: ${dryRun ? "would take" : "took"} over ${agents} agents, ${modules} modules and the loop at iteration ${report.iteration}`,
  );
  console.log(`  ${taken} parts have a place of their own`);
  console.log(`  ${report.kept.length} parts are kept as they are: ${report.kept.join(", ")}`);
  for (const [at, reason] of Object.entries(report.refused))
    console.log(`  refused ${at}: ${reason}`);
});
