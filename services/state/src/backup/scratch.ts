import { randomUUID } from "node:crypto";
import { lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { takeLock } from "../store/sqlite/lock.ts";

/*
 * Files that nobody needs any more once their maker is gone. Beside each lies a lock that its maker holds for as long as
 * it lives: whoever finds the lock free may remove both, whenever the maker was killed and on whatever machine.
 */

const LOCK = ".lock";
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Two may make and remove at the same moment: then another name is tried. */
const TRIES = 5;

/**
 * Gives work a path that nobody else has, and removes what it put there, file or folder. Removes before what others left
 * there that were killed; who is still at work is left alone.
 * @param folder that is there
 * @param prefix of the names, nobody else's in this folder
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
    // While it is held: so nobody finds it free meanwhile.
    await rm(path + LOCK, { force: true });
    release();
  }
}

async function reserve(folder: string, prefix: string) {
  for (let tries = 1; ; tries += 1) {
    const path = join(folder, prefix + randomUUID());
    const release = takeLock(path + LOCK);
    // Between its making and its taking somebody may have taken and removed it.
    if (release && (await isOurs(path + LOCK))) return { path, release };
    release?.();
    // Where there are no locks nobody can take one, so nothing is removed either.
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
