// `npm start`: runs the whole platform on this machine, see supervisor/platform.ts.
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { compileCache } from "./compile-cache.ts";
import { OperatorError } from "./operator-error.ts";

const root = join(import.meta.dirname, "../../..");
enableCompileCache(compileCache(root));
// Only what is loaded from here on is looked for in the cache.
const { runPlatform } = await import("./platform.ts");

try {
  process.exit(await runPlatform(root));
} catch (error) {
  if (!(error instanceof OperatorError)) throw error;
  process.stderr.write(`vega: ${error.message}\n`);
  process.exit(1);
}
