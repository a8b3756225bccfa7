import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { command } from "./setup/command.mjs";
import { exclusively } from "./setup/exclusive.mjs";

const INSTALL_MS = 10 * 60_000;

/**
 * Creates a Python environment with packages from PyPI, for tests; once for each content of the requirements file.
 * @param {{folder: string, requirements: string, name: string, log: (text: string) => void}} options requirements: the
 *   file that pins all packages; name: shown in messages
 * @throws Error with the failed step
 */
export async function installPython({ folder, requirements, name, log }) {
  const wanted = readFileSync(requirements, "utf8");
  // Written last: a folder without it is incomplete. Its content is the installed requirements.
  const marker = join(folder, "installed");
  const isReady = () => existsSync(marker) && readFileSync(marker, "utf8") === wanted;
  if (isReady()) return;
  mkdirSync(dirname(folder), { recursive: true });
  await exclusively(`${folder}.lock`, log, async () => {
    if (isReady()) return;
    const started = performance.now();
    log(`installing ${name} from PyPI …`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    await fill(folder, requirements);
    writeFileSync(marker, wanted);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    log(`installed ${name} in ${folder}   ${seconds} s`);
  });
}

async function fill(folder, requirements) {
  const python = join(folder, "bin", "python");
  const install = ["install", "--quiet", "--no-deps", "--only-binary=:all:", "-r", requirements];
  const hasPip = await step("python3 -m venv", "python3", ["-m", "venv", folder]).then(
    () => true,
    // Debian's python3 has no ensurepip; the system's pip can install into the environment.
    () => false,
  );
  if (hasPip) {
    await step("pip install", python, ["-m", "pip", ...install]);
    return;
  }
  const bare = ["-m", "venv", "--clear", "--without-pip", folder];
  await step("python3 -m venv --without-pip", "python3", bare);
  await step("pip install", "python3", ["-m", "pip", "--python", python, ...install]);
}

function step(name, program, args) {
  return command(program, args, { timeoutMs: INSTALL_MS }).catch((error) => {
    throw new Error(`${name}: ${error.message}`, { cause: error });
  });
}
