import { chmod, copyFile, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { proveNatsServer } from "./prove.mjs";

/**
 * Installs a nats-server in the cache folder, atomically.
 * @param {string} cache the folder for `nats-server`
 * @param {(into: string) => Promise<string>} download downloads the program into a temporary folder; resolves with its path
 * @returns {Promise<string>} its version
 */
export async function installInto(cache, download) {
  const temporary = await mkdtemp(join(tmpdir(), "vega-nats-"));
  try {
    // Before the download, so that a read-only cache fails early.
    await mkdir(cache, { recursive: true });
    const program = await download(temporary);
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
