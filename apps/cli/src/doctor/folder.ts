import { accessSync, constants, statSync } from "node:fs";
import { join } from "node:path";
import type { Env } from "@vega/supervisor/environment";
import type { Finding } from "./finding.ts";
import { fail, ok, warn } from "./finding.ts";
import { firstExisting } from "./machine.ts";

/** Files of a data folder that only its owner may read. */
const PRIVATE_FILES = [
  "vega.db",
  "admin-token",
  "admin-password",
  "secret",
  "run.json",
  join("nats", "token"),
  join("nats", "nats.conf"),
];
/** Variables that name files of secrets. */
const SECRET_FILE =
  /^(VEGA_[A-Z_]+|NATS_URL|MONGODB_URL|SMTP_URL|OTEL_EXPORTER_OTLP_HEADERS)_FILE$/;
const ACCESSIBLE_BY_OTHERS = 0o077;
const READABLE_BY_ALL = 0o004;

export function checkFolder(folder: string): Finding[] {
  const check = "data folder";
  const stats = statSync(folder, { throwIfNoEntry: false });
  const needed = constants.R_OK | constants.W_OK | constants.X_OK;
  if (!stats) {
    const parent = firstExisting(folder);
    if (isAccessible(parent, needed)) return [ok(check, `${folder} will be created`)];
    const remedy = `grant yourself write access to ${parent}, or set VEGA_DATA_DIR`;
    return [fail(check, `${folder} can't be created`, remedy)];
  }
  if (!stats.isDirectory()) {
    return [fail(check, `${folder} is not a folder`, "set VEGA_DATA_DIR to a folder")];
  }
  const files = PRIVATE_FILES.map((name) => join(folder, name)).filter(exists);
  const inaccessible = isAccessible(folder, needed)
    ? files.filter((path) => !isAccessible(path, constants.R_OK | constants.W_OK))
    : [folder];
  if (inaccessible.length === 0) return [ok(check, folder)];
  return [
    fail(
      check,
      `no permission to read and write ${inaccessible.join(", ")}`,
      `chown -R "$USER" ${folder}`,
    ),
  ];
}

/** Checks the modes of files with secrets: those of the data folder, and those that variables name. */
export function checkSecrets(folder: string, env: Env): Finding[] {
  const check = "secrets";
  const kept = PRIVATE_FILES.map((name) => join(folder, name)).filter((path) =>
    hasMode(path, ACCESSIBLE_BY_OTHERS),
  );
  const named = Object.entries(env)
    .filter(([name]) => SECRET_FILE.test(name) && name !== "VEGA_PROVIDERS_FILE")
    .flatMap(([, path]) => path ?? [])
    .filter((path) => hasMode(path, READABLE_BY_ALL));
  const open = [...kept, ...named];
  if (open.length === 0) return [ok(check, "no file with secrets is readable by others")];
  return [warn(check, `others can read ${open.join(", ")}`, `chmod 600 ${open.join(" ")}`)];
}

export function hasMode(path: string, mode: number): boolean {
  return ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & mode) !== 0;
}

const exists = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined;

function isAccessible(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
