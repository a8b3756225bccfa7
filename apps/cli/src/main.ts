// The `vega` command: `./vega help` lists what it can do.
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { compileCache } from "@vega/supervisor/compile-cache";

const root = join(import.meta.dirname, "../../..");
enableCompileCache(compileCache(root));
// The cache covers only modules that are loaded after it is enabled.
const { runCommandLine } = await import("./run.ts");
const { commands } = await import("./commands/index.ts");

const cwd = process.cwd();
// Relative paths in settings start at the checkout, whatever folder the command is called in.
process.chdir(root);
process.exitCode = await runCommandLine(process.argv.slice(2), commands, {
  root,
  cwd,
  print: (line) => void process.stdout.write(line.endsWith("\n") ? line : `${line}\n`),
  printError: (line) => void process.stderr.write(`${line}\n`),
});
