import { accessSync, constants, statSync } from "node:fs";
import { join } from "node:path";
import type { Env } from "@vega/supervisor/environment";
import type { Finding } from "./finding.ts";
import { fail, ok, warn } from "./finding.ts";
import { existing } from "./machine.ts";

/** What in a data folder is nobody else's business. */
const PRIVATE = [
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
const OTHERS = 0o077;
const READABLE_BY_ALL = 0o004;

export function checkFolder(folder: string): Finding[] {
  const what = "data folder";
  const stats = statSync(folder, { throwIfNoEntry: false });
  const needed = constants.R_OK | constants.W_OK | constants.X_OK;
  if (!stats) {
    const parent = existing(folder);
    if (may(parent, needed)) return [ok(what, `${folder} will be made`)];
    return [
      fail(
        what,
        `${folder} can't be made`,
        `let yourself write to ${parent}, or set VEGA_DATA_DIR`,
      ),
    ];
  }
  if (!stats.isDirectory())
    return [fail(what, `${folder} is no folder`, "set VEGA_DATA_DIR to one")];
  if (!may(folder, needed)) {
    return [fail(what, `${folder} can't be read and written`, `chown -R "$USER" ${folder}`)];
  }
  const notOurs = PRIVATE.map((name) => join(folder, name)).filter(
    (path) => exists(path) && !may(path, constants.R_OK | constants.W_OK),
  );
  if (notOurs.length > 0) {
    return [
      fail(what, `${notOurs.join(", ")} can't be read and written`, `chown -R "$USER" ${folder}`),
    ];
  }
  return [ok(what, folder)];
}

/** Files that hold secrets and can be read by others: those of the data folder, and those that variables name. */
export function checkSecrets(folder: string, env: Env): Finding[] {
  const what = "secrets";
  const kept = PRIVATE.map((name) => join(folder, name)).filter((path) => hasMode(path, OTHERS));
  const named = Object.entries(env)
    .filter(([name]) => SECRET_FILE.test(name) && name !== "VEGA_PROVIDERS_FILE")
    .flatMap(([, path]) => path ?? [])
    .filter((path) => hasMode(path, READABLE_BY_ALL));
  const open = [...kept, ...named];
  if (open.length === 0) return [ok(what, "no file of theirs can be read by others")];
  return [warn(what, `others can read ${open.join(", ")}`, `chmod 600 ${open.join(" ")}`)];
}

export function hasMode(path: string, mode: number): boolean {
  return ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & mode) !== 0;
}

const exists = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined;

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
