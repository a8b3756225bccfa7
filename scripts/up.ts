// `npm start`: runs the whole platform on this machine, see supervisor/platform.ts.
import { join } from "node:path";
import { OperatorError } from "./supervisor/operator-error.ts";
import { runPlatform } from "./supervisor/platform.ts";

try {
  process.exit(await runPlatform(join(import.meta.dirname, "..")));
} catch (error) {
  if (!(error instanceof OperatorError)) throw error;
  process.stderr.write(`vega: ${error.message}\n`);
  process.exit(1);
}
