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
/** Removing a dead holder's lock takes microseconds: a tombstone this old belongs to a process that died at it. */
const TOMBSTONE_MS = 10_000;

/**
 * Does something while no other process does the same, on this machine. The lock is a file that names its holder;
 * one whose holder is dead is taken over.
 * @throws Error when the lock can't be had within 20 minutes.
 */
export async function exclusively(lockFile, log, work) {
  mkdirSync(dirname(lockFile), { recursive: true });
  const mine = `${lockFile}.${process.pid}`;
  // An earlier process with this pid may have left the file, as another name of its lock.
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
  // A link is made whole or not at all, so nobody ever reads a lock without its holder's name.
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
    if (waited > WAIT_MS) throw new Error(`another set-up (pid ${pid}) takes very long; end it`);
  }
}

/**
 * Removes a dead holder's lock, and only that. Whoever makes the tombstone alone may remove the lock, and looks
 * again first, so nobody removes by mistake the lock that a faster process has taken meanwhile.
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
