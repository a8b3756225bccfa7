// All the set-up VEGA needs, run by npm before start, test, bench, import and export. Plain JavaScript without
// dependencies, because it runs on whatever Node is there (20 or newer) before node_modules exists.
// `--no-nats` leaves out the message bus, for scripts that need none.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findNatsServer } from "./nats-server.mjs";
import { installDependencies, needsInstall } from "./setup/dependencies.mjs";
import { exclusively } from "./setup/exclusive.mjs";
import { requireNode24 } from "./setup/node24.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
// On stderr: stdout belongs to the script that runs next, which may write data to it.
const log = (text) => process.stderr.write(`vega: ${text}\n`);

async function setUp() {
  if (needsInstall(root)) {
    await exclusively(join(root, ".cache", "setup.lock"), log, async () => {
      // Another set-up may have done it while this one waited.
      if (needsInstall(root)) await installDependencies(root, process.env, log);
    });
  }
  await requireNode24(root);
  const dotEnv = join(root, ".env");
  if (existsSync(dotEnv)) process.loadEnvFile?.(dotEnv);
  const ownBus = !process.env.NATS_URL && !process.env.NATS_URL_FILE;
  if (ownBus && !process.argv.includes("--no-nats")) {
    await findNatsServer({ env: process.env, log, root });
  }
}

try {
  await setUp();
} catch (error) {
  log(error.message);
  process.exitCode = 1;
}
