import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { installPython } from "../python.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const REQUIREMENTS = fileURLToPath(new URL("./requirements.txt", import.meta.url));

/**
 * Brings moto, a server that speaks S3's protocol and comes from PyPI: a bucket to test against where no real one can be
 * had. For tests only. It is put into a Python environment in the cache (`.cache/` under the root, or VEGA_CACHE_DIR), once.
 * @param {{log: (text: string) => void}} options
 * @returns {Promise<string>} the environment's folder
 * @throws Error that says what is missing.
 */
export async function installMoto({ log }) {
  const [, version] = /^moto==(.+)$/m.exec(readFileSync(REQUIREMENTS, "utf8")) ?? [];
  const cache = process.env.VEGA_CACHE_DIR || ".cache";
  const folder = resolve(ROOT, cache, `moto-${version}`);
  const name = `moto ${version}, an S3 to test against,`;
  await installPython({ folder, requirements: REQUIREMENTS, name, log }).catch((error) => {
    throw new Error(
      `no S3 to test against: ${error.message}. It needs python3 (3.11 or newer) with venv and pip ` +
        "(Debian: apt-get install python3-venv) and PyPI",
      { cause: error },
    );
  });
  return join(folder, "bin", "moto_server");
}
