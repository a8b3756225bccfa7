import { DatabaseSync } from "node:sqlite";

/**
 * Takes a file as a lock, makes it where there is none. It is SQLite's lock on an empty database: the one that Node
 * offers which the kernel drops when the process ends, however it ends, and which holds between containers as well.
 * @returns what releases it; undefined where somebody has it, or nobody can: some network drives have no locks.
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
