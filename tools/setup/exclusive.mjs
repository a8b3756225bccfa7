import {
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processIdentity } from "../process-identity.mjs";

const WAIT_MS = 20 * 60_000;
const POLL_MS = 100;
const LOG_MS = 5_000;
/** Removing a stale lock takes microseconds: a tombstone this old belongs to a process that ended meanwhile. */
const TOMBSTONE_MS = 10_000;

/**
 * Runs the work while no other process of this machine holds the lock, a file with pid and identity of its holder. A lock
 * of an ended process is taken over.
 * @throws Error when the lock is not free within 20 minutes
 */
export async function exclusively(lockFile, log, work) {
  mkdirSync(dirname(lockFile), { recursive: true });
  const mine = `${lockFile}.${process.pid}`;
  // An earlier process with this pid may have left the file.
  rmSync(mine, { force: true });
  writeFileSync(mine, `${process.pid} ${processIdentity(process.pid)}`);
  try {
    await acquire(lockFile, mine, log);
  } finally {
    unlinkSync(mine);
  }
  try {
    return await work();
  } finally {
    unlinkSync(lockFile);
  }
}

async function acquire(lockFile, mine, log) {
  const started = Date.now();
  let nextLog = started;
  // link() is atomic: a lock is never visible without its holder.
  for (; !tryLink(mine, lockFile); await sleep(POLL_MS)) {
    const holder = read(lockFile);
    if (holder === undefined) continue;
    const [pid, identity] = holder.split(" ");
    if (processIdentity(Number(pid)) !== identity) {
      removeStale(lockFile, holder);
      continue;
    }
    const waited = Date.now() - started;
    if (started + waited >= nextLog) {
      log(`waiting for another set-up (pid ${pid}) …   ${Math.round(waited / 1000)} s`);
      nextLog += LOG_MS;
    }
    if (waited > WAIT_MS)
      throw new Error(
        `another set-up (pid ${pid}) holds the lock for more than 20 minutes; end it`,
      );
  }
}

/**
 * Removes the lock of an ended process. Only the process that creates the tombstone removes it, after it has read the lock
 * again: so the new lock of a faster process stays.
 */
function removeStale(lockFile, holder) {
  const tombstone = `${lockFile}.stale`;
  if (tryLink(lockFile, tombstone)) {
    if (read(tombstone) === holder) unlinkSync(lockFile);
    unlinkSync(tombstone);
  } else if (age(tombstone) > TOMBSTONE_MS) {
    unlinkSync(tombstone);
  }
}

function tryLink(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === "EEXIST" || error.code === "ENOENT") return false;
    throw error;
  }
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function age(file) {
  try {
    return Date.now() - statSync(file).ctimeMs;
  } catch {
    return 0;
  }
}
