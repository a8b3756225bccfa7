import { access } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fromDebian } from "./nats-server/debian.mjs";
import { installInto } from "./nats-server/install.mjs";
import { MINIMUM, proveNatsServer } from "./nats-server/prove.mjs";
import { fromRelease } from "./nats-server/release.mjs";
import { onPath } from "./setup/command.mjs";

/** Debian installs servers here, outside of the PATH of ordinary users. */
const SERVER_FOLDERS = ["/usr/local/sbin", "/usr/sbin"];

/**
 * Finds a working nats-server or downloads one. Order: NATS_SERVER_BIN, the PATH, the cache (`.cache/` under the root, or
 * VEGA_CACHE_DIR), Debian's package, the release of the NATS project. Downloads are kept in the cache.
 * @param {{env: NodeJS.ProcessEnv, log: (text: string) => void, root: string}} options
 * @returns {Promise<string>} the absolute path of the program
 * @throws Error with the attempts, their failures and the remedy
 */
export async function findNatsServer({ env, log, root }) {
  if (env.NATS_SERVER_BIN) return configured(resolve(env.NATS_SERVER_BIN));
  const { path, cache, failures } = await lookForNatsServer({ env, root });
  if (path) return path;
  const cached = join(cache, "nats-server");

  const sources = [
    ["Debian's package", (into) => fromDebian(into, env)],
    ["the release on GitHub", (into) => fromRelease(into)],
  ];
  for (const [name, bring] of sources) {
    try {
      log(`no nats-server found; trying ${name} …`);
      const started = performance.now();
      const version = await installInto(cache, bring);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      log(`installed nats-server ${version} from ${name} in ${cached}   ${seconds} s`);
      return cached;
    } catch (error) {
      failures.push(`${name}: ${error.message}`);
    }
  }
  throw new Error(advice(failures));
}

/**
 * Finds a working nats-server without a download.
 * @param {{env: NodeJS.ProcessEnv, root: string}} options
 * @returns {Promise<{path: string | undefined, cache: string, failures: string[]}>}
 */
export async function lookForNatsServer({ env, root }) {
  const cache = resolve(root, env.VEGA_CACHE_DIR || ".cache", "nats-server");
  const failures = [];
  if (env.NATS_SERVER_BIN) {
    const path = await configured(resolve(env.NATS_SERVER_BIN)).catch((error) => {
      failures.push(error.message);
    });
    return { path, cache, failures };
  }
  const folders = [...(env.PATH ?? "").split(":"), ...SERVER_FOLDERS].join(":");
  const candidates = onPath("nats-server", folders);
  if (candidates.length === 0) failures.push("on the PATH: not found");
  for (const path of [...new Set(candidates), join(cache, "nats-server")]) {
    const failure = await proveNatsServer(path).then(
      () => undefined,
      (error) => error.message,
    );
    if (failure === undefined) return { path, cache, failures };
    failures.push(`${path}: ${failure}`);
  }
  return { path: undefined, cache, failures };
}

async function configured(path) {
  try {
    await access(path);
    await proveNatsServer(path);
    return path;
  } catch (error) {
    const reason = error.code === "ENOENT" ? "no such file" : error.message;
    throw new Error(`NATS_SERVER_BIN=${path} can't be used: ${reason}`, { cause: error });
  }
}

function advice(failures) {
  return [
    "VEGA needs a nats-server; none was found, and the downloads failed:",
    ...failures.map((failure) => `  - ${failure}`),
    `Install nats-server ${MINIMUM} or newer (https://nats.io/download), or set NATS_SERVER_BIN to the path of one, or ` +
      "set NATS_URL (nats://host:4222) to use a running server with JetStream.",
  ].join("\n");
}
