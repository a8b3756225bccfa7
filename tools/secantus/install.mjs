import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { installPython } from "../python.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const REQUIREMENTS = fileURLToPath(new URL("./requirements.txt", import.meta.url));

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
  const name = `SecantusDB ${version}, a MongoDB to test against,`;
  await installPython({ folder, requirements: REQUIREMENTS, name, log }).catch((error) => {
    throw new Error(
      `no MongoDB to test against: ${error.message}. It needs python3 (3.11 or newer) with venv and pip ` +
        "(Debian: apt-get install python3-venv) and PyPI; or set SECANTUS_VENV to an environment with SecantusDB",
      { cause: error },
    );
  });
  return folder;
}

function configured(folder) {
  if (existsSync(join(folder, "bin", "secantusd-py"))) return folder;
  throw new Error(`SECANTUS_VENV is ${folder}, which has no bin/secantusd-py`);
}
