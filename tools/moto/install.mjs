import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { installPython } from "../python.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const REQUIREMENTS = fileURLToPath(new URL("./requirements.txt", import.meta.url));

/**
 * Installs moto from PyPI, a server with S3's protocol, for tests without a real bucket. It is installed once, in a Python
 * environment in the cache (`.cache/` under the root, or VEGA_CACHE_DIR).
 * @param {{log: (text: string) => void}} options
 * @returns {Promise<string>} the server's program
 * @throws Error with the missing part and the remedy
 */
export async function installMoto({ log }) {
  const [, version] = /^moto==(.+)$/m.exec(readFileSync(REQUIREMENTS, "utf8")) ?? [];
  const cache = process.env.VEGA_CACHE_DIR || ".cache";
  const folder = resolve(ROOT, cache, `moto-${version}`);
  const name = `moto ${version}, an S3 for tests,`;
  await installPython({ folder, requirements: REQUIREMENTS, name, log }).catch((error) => {
    throw new Error(
      `no S3 for tests: ${error.message}. moto needs python3 (3.11 or newer) with venv and pip ` +
        "(Debian: apt-get install python3-venv) and PyPI",
      { cause: error },
    );
  });
  return join(folder, "bin", "moto_server");
}
