import { DatabaseSync } from "node:sqlite";

/**
 * Locks a file, and creates it if needed. The lock is SQLite's on an empty database: the only one in Node that the kernel
 * releases with the process, and that works between containers.
 * @returns a function that releases it; undefined where it is held, or where the file system has no locks
 */
export function takeLock(path: string): (() => void) | undefined {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(path);
    // No journal beside it: nothing is ever written.
    lock.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    const held = lock;
    return () => held.close();
  } catch {
    lock?.close();
    return undefined;
  }
}
