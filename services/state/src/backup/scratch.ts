import { randomUUID } from "node:crypto";
import { lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { takeLock } from "../store/sqlite/lock.ts";

/*
 * Scratch files, each with a lock file that its process holds. A free lock means that the process has ended, on this
 * machine or another: any other process may remove both files.
 */

const LOCK = ".lock";
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Attempts with a new name, where another process removed the lock file at the same moment. */
const TRIES = 5;

/**
 * Calls `work` with a path of its own, and then removes the file or folder there. First removes scratch files of
 * processes that have ended.
 * @param folder an existing folder
 * @param prefix of scratch names only
 */
export async function withScratch<Result>(
  folder: string,
  prefix: string,
  work: (path: string) => Promise<Result>,
): Promise<Result> {
  await removeLeft(folder, prefix);
  const { path, release } = await reserve(folder, prefix);
  try {
    return await work(path);
  } finally {
    await rm(path, { recursive: true, force: true });
    // Removed while it is held, so that no process takes it meanwhile.
    await rm(path + LOCK, { force: true });
    release();
  }
}

async function reserve(folder: string, prefix: string) {
  for (let tries = 1; ; tries += 1) {
    const path = join(folder, prefix + randomUUID());
    const release = takeLock(path + LOCK);
    // Another process may have taken and removed it before this one took it.
    if (release && (await isOurs(path + LOCK))) return { path, release };
    release?.();
    // A file system without locks: no process can take one, so none removes files.
    if (tries === TRIES) return { path, release: () => undefined };
  }
}

async function removeLeft(folder: string, prefix: string): Promise<void> {
  const names = new Set(
    (await readdir(folder).catch(() => []))
      .filter((name) => name.startsWith(prefix))
      .map((name) => (name.endsWith(LOCK) ? name.slice(0, -LOCK.length) : name))
      .filter((name) => UUID.test(name.slice(prefix.length))),
  );
  for (const name of names) {
    const path = join(folder, name);
    const release = (await isOurs(path + LOCK)) ? takeLock(path + LOCK) : undefined;
    if (!release) continue;
    // The lock last. Where that fails, the next one tries again.
    await rm(path, { recursive: true, force: true })
      .then(() => rm(path + LOCK, { force: true }))
      .catch(() => undefined);
    release();
  }
}

/** What others put into a folder that all may write to is theirs to remove, and not to be opened. */
const isOurs = (path: string) =>
  lstat(path).then(
    (found) => found.isFile() && found.uid === process.getuid?.(),
    () => false,
  );
