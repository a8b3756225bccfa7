import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { OperatorError } from "./operator-error.ts";
import { readRunFile } from "./run-file.ts";

/** A data folder that belongs to this process until it is released or the process ends. */
export interface DataFolder {
  readonly runFile: string;
  readonly adminTokenFile: string;
  /** The first administrator's, which auth made; deleted by whoever has read it. */
  readonly adminPasswordFile: string;
  readonly natsDir: string;
  release(): void;
}

const SQLITE_BUSY = 5;

/**
 * Makes the folder if need be and locks it. The lock is SQLite's on an empty database, the one lock of the operating
 * system that Node offers: the kernel drops it when the process ends, however it ends.
 * @throws OperatorError when another supervisor has the folder, or it can't be used.
 */
export function openDataFolder(path: string): DataFolder {
  const runFile = join(path, "run.json");
  const natsDir = join(path, "nats");
  let lock: DatabaseSync | undefined;
  try {
    makeFolder(path);
    lock = new DatabaseSync(join(path, "supervisor.lock"));
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    makeFolder(natsDir);
  } catch (cause) {
    lock?.close();
    if ((cause as { errcode?: number }).errcode === SQLITE_BUSY) throw inUse(path, runFile, cause);
    const reason = (cause as Error).message;
    throw new OperatorError(
      `the data folder ${path} can't be used: ${reason}\n` +
        "  Mend that, or set VEGA_DATA_DIR to another folder.",
      { cause },
    );
  }
  const held = lock;
  return {
    runFile,
    adminTokenFile: join(path, "admin-token"),
    adminPasswordFile: join(path, "admin-password"),
    natsDir,
    release: () => held.close(),
  };
}

/** Step by step: Node's own recursive mkdir never returns for a folder that can't be, such as /proc/x. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

function inUse(path: string, runFile: string, cause: unknown): OperatorError {
  const run = readRunFile(runFile);
  const who = run ? ` (pid ${run.pid}, ${run.http})` : "";
  const stop = run ? `Stop it with \`kill ${run.pid}\`` : "Wait for it or stop it";
  return new OperatorError(
    `VEGA is running on ${path} already${who || ", or a restore into it is under way"}.\n` +
      `  ${stop}, or set VEGA_DATA_DIR and PORT to run a second one beside it.`,
    { cause },
  );
}
