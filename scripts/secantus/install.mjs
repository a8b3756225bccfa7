import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { command } from "../setup/command.mjs";
import { exclusively } from "../setup/exclusive.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const REQUIREMENTS = fileURLToPath(new URL("./requirements.txt", import.meta.url));
const INSTALL_MS = 10 * 60_000;

/**
 * Brings SecantusDB, a server that speaks MongoDB's protocol and comes from PyPI: a MongoDB to test against where no
 * real one can be had. For tests only. It is put into a Python environment in the cache (`.cache/` under the root, or
 * VEGA_CACHE_DIR), once; SECANTUS_VENV points at an environment that is ready.
 * @param {{log: (text: string) => void}} options
 * @returns {Promise<string>} the environment's folder
 * @throws Error that says what is missing.
 */
export function installSecantus(options) {
  // The lock is one between processes.
  installing ??= installOnce(options).finally(() => (installing = undefined));
  return installing;
}

let installing;

async function installOnce({ log }) {
  const { SECANTUS_VENV, VEGA_CACHE_DIR } = process.env;
  if (SECANTUS_VENV) return configured(resolve(SECANTUS_VENV));
  const requirements = readFileSync(REQUIREMENTS, "utf8");
  const version = /^SecantusDB==(.+)$/m.exec(requirements)?.[1];
  const folder = resolve(ROOT, VEGA_CACHE_DIR || ".cache", `secantus-${version}`);
  // Written last, so a folder without it was not finished; holds what is installed, so a changed pin shows.
  const marker = join(folder, "installed");
  const isReady = () => existsSync(marker) && readFileSync(marker, "utf8") === requirements;
  if (isReady()) return folder;
  await exclusively(`${folder}.lock`, log, async () => {
    if (isReady()) return;
    const started = performance.now();
    log(`bringing SecantusDB ${version} from PyPI, a MongoDB to test against …`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    await fill(folder);
    writeFileSync(marker, requirements);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    log(`SecantusDB ${version} put in ${folder}   ${seconds} s`);
  });
  return folder;
}

async function fill(folder) {
  const python = join(folder, "bin", "python");
  const install = ["install", "--quiet", "--no-deps", "--only-binary=:all:", "-r", REQUIREMENTS];
  try {
    const own = await step("python3 -m venv", "python3", ["-m", "venv", folder]).then(
      () => true,
      // Debian's python3 comes without what puts pip into an environment; the system's pip can fill it from outside.
      () => false,
    );
    if (own) {
      await step("pip install", python, ["-m", "pip", ...install]);
      return;
    }
    const bare = ["-m", "venv", "--clear", "--without-pip", folder];
    await step("python3 -m venv --without-pip", "python3", bare);
    await step("pip install", "python3", ["-m", "pip", "--python", python, ...install]);
  } catch (error) {
    throw new Error(
      `no MongoDB to test against: ${error.message}. It needs python3 (3.11 or newer) with venv and pip ` +
        "(Debian: apt-get install python3-venv) and PyPI; or set SECANTUS_VENV to an environment with SecantusDB",
      { cause: error },
    );
  }
}

function step(name, program, args) {
  return command(program, args, { timeoutMs: INSTALL_MS }).catch((error) => {
    throw new Error(`${name}: ${error.message}`, { cause: error });
  });
}

function configured(folder) {
  if (existsSync(join(folder, "bin", "secantusd-py"))) return folder;
  throw new Error(`SECANTUS_VENV is ${folder}, which has no bin/secantusd-py`);
}
