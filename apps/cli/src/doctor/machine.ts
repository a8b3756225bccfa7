import { existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { lookForNatsServer } from "../../../../tools/nats-server.mjs";
import { MINIMUM, proveNatsServer } from "../../../../tools/nats-server/prove.mjs";
import type { Env } from "@vega/supervisor/environment";
import type { Finding } from "./finding.ts";
import { fail, ok, warn } from "./finding.ts";

const NODE = 24;
const MEBIBYTE = 1024 * 1024;
const LEAST_BYTES = 200 * MEBIBYTE;
const SCARCE_BYTES = 1024 * MEBIBYTE;
const SCARCE_FILES = 1_000;

export function checkNode(version: string): Finding {
  if (Number(version.split(".")[0]) >= NODE) return ok("Node.js", version);
  return fail("Node.js", version, `VEGA needs ${NODE}; npm ci brings one where there is none`);
}

/** The program that `npm start` would run; nothing is fetched for it. */
export async function checkNatsServer(env: Env, root: string): Promise<Finding> {
  const what = "nats-server";
  const { path, failures } = await lookForNatsServer({ env, root });
  if (path) return ok(what, `${await proveNatsServer(path)} at ${path}`);
  const found = failures.join("; ");
  if (env.NATS_SERVER_BIN) {
    return fail(what, found, `NATS_SERVER_BIN has to be a nats-server ${MINIMUM} or newer`);
  }
  return warn(what, found, "npm start fetches one; without a network install nats-server yourself");
}

/** @param databaseBytes what a backup and a restore would need room for */
export function checkDisk(folder: string, databaseBytes = 0): Finding {
  const what = "disk";
  const { bavail, bsize, ffree, files } = statfsSync(existing(folder));
  const free = bavail * bsize;
  const found = `${sizeOf(free)} free for ${folder}`;
  if (free < LEAST_BYTES) return fail(what, found, "make room: writes fail once there is none");
  if (free < SCARCE_BYTES) return warn(what, found, "make room soon: log, bus and backups grow");
  if (files > 0 && ffree < SCARCE_FILES) {
    return warn(what, `${found}, but for ${ffree} files only`, "remove small files on that disk");
  }
  if (free < 2 * databaseBytes) {
    return warn(
      what,
      `${found}; the database has ${sizeOf(databaseBytes)}`,
      "make room: a backup is proven by a second copy",
    );
  }
  return ok(what, found);
}

/** The folder that is there already, of one that may be still to be made. */
export function existing(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder));
}

const sizeOf = (bytes: number): string =>
  bytes < SCARCE_BYTES
    ? `${Math.round(bytes / MEBIBYTE)} MiB`
    : `${(bytes / MEBIBYTE / 1024).toFixed(1)} GiB`;
