import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { installPython } from "../python.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const REQUIREMENTS = fileURLToPath(new URL("./requirements.txt", import.meta.url));

/**
 * Installs SecantusDB from PyPI, a server with MongoDB's protocol, for tests without a real MongoDB. It is installed once,
 * in a Python environment in the cache (`.cache/` under the root, or VEGA_CACHE_DIR); SECANTUS_VENV names an existing one.
 * @param {{log: (text: string) => void}} options
 * @returns {Promise<string>} the environment's folder
 * @throws Error with the missing part and the remedy
 */
export function installSecantus(options) {
  // installPython's lock is between processes, not within one.
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
  const name = `SecantusDB ${version}, a MongoDB for tests,`;
  await installPython({ folder, requirements: REQUIREMENTS, name, log }).catch((error) => {
    throw new Error(
      `no MongoDB for tests: ${error.message}. SecantusDB needs python3 (3.11 or newer) with venv and pip ` +
        "(Debian: apt-get install python3-venv) and PyPI; or set SECANTUS_VENV to an environment with SecantusDB",
      { cause: error },
    );
  });
  return folder;
}

function configured(folder) {
  if (existsSync(join(folder, "bin", "secantusd-py"))) return folder;
  throw new Error(`SECANTUS_VENV=${folder}: bin/secantusd-py not found`);
}
