import { chmod, copyFile, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { proveNatsServer } from "./prove.mjs";

/**
 * Puts a nats-server into the cache folder, whole or not at all.
 * @param {string} cache the folder that will hold `nats-server`
 * @param {(into: string) => Promise<string>} bring gets the program into a folder for the time being and says where it is
 * @returns {Promise<string>} its version
 */
export async function installInto(cache, bring) {
  const temporary = await mkdtemp(join(tmpdir(), "vega-nats-"));
  try {
    // First, so that a cache that can't be written fails before a download.
    await mkdir(cache, { recursive: true });
    const program = await bring(temporary);
    const fresh = join(cache, `nats-server.${process.pid}`);
    try {
      await copyFile(program, fresh);
      await chmod(fresh, 0o755);
      const version = await proveNatsServer(fresh);
      await rename(fresh, join(cache, "nats-server"));
      return version;
    } finally {
      await rm(fresh, { force: true });
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
