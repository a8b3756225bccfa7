// The set-up; `vega` and the scripts of package.json run it first. Plain JavaScript without dependencies, because it runs
// on the installed Node (20 or newer) before node_modules exists. package.json runs it in a subshell,
// `(node tools/setup.mjs) && node …`: a shell caches the path of `node`, and would keep using the older one.
// `--dev` also installs the development dependencies; `--no-nats` skips the nats-server.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findNatsServer } from "./nats-server.mjs";
import { installDependencies, needsInstall } from "./setup/dependencies.mjs";
import { exclusively } from "./setup/exclusive.mjs";
import { requireNode24 } from "./setup/node24.mjs";
import { createProgress } from "./setup/progress.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dev = process.argv.includes("--dev");
// On stderr: the command that runs next may write data to stdout.
const progress = createProgress(process.stderr);

async function setUp() {
  if (needsInstall(root, { dev })) {
    await exclusively(join(root, ".cache", "setup.lock"), progress.note, async () => {
      // A concurrent set-up may have installed them while this one waited.
      if (needsInstall(root, { dev })) {
        await installDependencies(root, { dev, env: process.env, progress });
      }
    });
  }
  await requireNode24(root);
  const dotEnv = join(root, ".env");
  if (existsSync(dotEnv)) process.loadEnvFile?.(dotEnv);
  const ownBus = !process.env.NATS_URL && !process.env.NATS_URL_FILE;
  if (ownBus && !process.argv.includes("--no-nats")) {
    await progress.during("looking for a nats-server", () =>
      findNatsServer({ env: process.env, log: progress.note, root }),
    );
  }
}

try {
  await setUp();
} catch (error) {
  progress.note(error.message);
  process.exitCode = 1;
}
