// The set-up; `vega` and the scripts of package.json run it first. Plain JavaScript without dependencies, because it runs
// on the installed Node (20 or newer) before node_modules exists. package.json runs it in a subshell,
// `(node tools/setup.mjs) && node …`: a shell caches the path of `node`, and would keep using the older one.
// `--dev` also installs the development dependencies; `--no-nats` skips what only a running platform needs: the
// nats-server and the build of the console.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findNatsServer } from "./nats-server.mjs";
import { buildConsole, needsConsoleBuild } from "./setup/console.mjs";
import { installDependencies, needsInstall } from "./setup/dependencies.mjs";
import { exclusively } from "./setup/exclusive.mjs";
import { requireNode24 } from "./setup/node24.mjs";
import { createProgress } from "./setup/progress.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dev = process.argv.includes("--dev");
// On stderr: the command that runs next may write data to stdout.
const progress = createProgress(process.stderr);

const lockFile = join(root, ".cache", "setup.lock");

/** The platform works without its console, so a failed build does not stop the start. */
async function setUpConsole() {
  try {
    if (!needsConsoleBuild(root)) return;
    await exclusively(lockFile, progress.note, async () => {
      if (needsConsoleBuild(root)) await buildConsole(root, { env: process.env, progress });
    });
  } catch (error) {
    progress.note(`the console was not built: ${error.message}`);
    progress.note("VEGA starts without it; the next start tries again.");
  }
}

async function setUp() {
  if (needsInstall(root, { dev })) {
    await exclusively(lockFile, progress.note, async () => {
      // A concurrent set-up may have installed them while this one waited.
      if (needsInstall(root, { dev })) {
        await installDependencies(root, { dev, env: process.env, progress });
      }
    });
  }
  await requireNode24(root);
  if (!process.argv.includes("--no-nats")) await setUpConsole();
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
