import { existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { lookForNatsServer } from "../../../../tools/nats-server.mjs";
import { MINIMUM, proveNatsServer } from "../../../../tools/nats-server/prove.mjs";
import type { Env } from "@vega/supervisor/environment";
import type { Finding } from "./finding.ts";
import { fail, ok, warn } from "./finding.ts";

const MIN_NODE = 24;
const MEBIBYTE = 1024 * 1024;
const FAIL_BELOW_BYTES = 200 * MEBIBYTE;
const WARN_BELOW_BYTES = 1024 * MEBIBYTE;
const WARN_BELOW_FILES = 1_000;

export function checkNode(version: string): Finding {
  if (Number(version.split(".")[0]) >= MIN_NODE) return ok("Node.js", version);
  return fail(
    "Node.js",
    version,
    `VEGA needs ${MIN_NODE} or newer; \`./vega\` installs it on Linux`,
  );
}

/** Checks the program that `vega start` would run; downloads nothing. */
export async function checkNatsServer(env: Env, root: string): Promise<Finding> {
  const check = "nats-server";
  const { path, failures } = await lookForNatsServer({ env, root });
  if (path) return ok(check, `${await proveNatsServer(path)} at ${path}`);
  const result = failures.join("; ");
  if (env.NATS_SERVER_BIN) {
    return fail(check, result, `set NATS_SERVER_BIN to a nats-server ${MINIMUM} or newer`);
  }
  const remedy = "`vega start` downloads one; without a network install nats-server yourself";
  return warn(check, result, remedy);
}

/** @param databaseBytes size of the database; a verified backup needs twice as much */
export function checkDisk(folder: string, databaseBytes = 0): Finding {
  const check = "disk";
  const { bavail, bsize, ffree, files } = statfsSync(firstExisting(folder));
  const free = bavail * bsize;
  const result = `${sizeOf(free)} free for ${folder}`;
  if (free < FAIL_BELOW_BYTES) return fail(check, result, "free space: writes fail on a full disk");
  if (free < WARN_BELOW_BYTES) return warn(check, result, "free space: log, bus and backups grow");
  if (files > 0 && ffree < WARN_BELOW_FILES) {
    return warn(check, `${result}, for ${ffree} more files`, "delete small files on that disk");
  }
  if (free < 2 * databaseBytes) {
    return warn(
      check,
      `${result}; the database has ${sizeOf(databaseBytes)}`,
      "free space: a backup is verified with a second copy",
    );
  }
  return ok(check, result);
}

/** The folder, or its nearest ancestor that exists. */
export function firstExisting(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : firstExisting(dirname(folder));
}

const sizeOf = (bytes: number): string =>
  bytes < WARN_BELOW_BYTES
    ? `${Math.round(bytes / MEBIBYTE)} MiB`
    : `${(bytes / MEBIBYTE / 1024).toFixed(1)} GiB`;
