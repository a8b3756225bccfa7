import { chmodSync, chownSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { OperatorError } from "@vega/supervisor/operator-error";
import { writePrivate } from "@vega/supervisor/private-file";
import { composeSecrets, createRandomSecrets, isOfBus, standsAlone } from "./contents.ts";

/** User id of the services in their containers without VEGA_UID. */
const CONTAINER_UID = 1_000;

/**
 * Creates the folder (0700) and the missing secrets in it (0600). Secrets of the database are created all together or
 * not at all, and so are those of the bus: several files hold the same password.
 * @param uid the current user; root gives the files to the user of the services
 * @returns names of the created files, and a note on what else to do
 * @throws OperatorError where some secrets of the database exist and others do not
 */
export function makeSecrets({ folder, uid }: { folder: string; uid: number }): {
  made: string[];
  note: string | undefined;
} {
  const secrets = Object.entries(composeSecrets(createRandomSecrets()));
  const lacking = secrets.filter(([name]) => !existsSync(join(folder, name)));
  const lost = lacking.filter(([name]) => !isOfBus(name) && !standsAlone(name));
  if (lost.length > 0 && lacking.length < secrets.length) {
    throw new OperatorError(
      `${folder} has some secrets, but not ${lost.map(([name]) => name).join(", ")}.\n` +
        "  Restore these files: new passwords would not fit the existing database.",
    );
  }
  const missing = secrets.filter(
    ([name]) =>
      lost.length > 0 ||
      (isOfBus(name)
        ? lacking.some(([other]) => isOfBus(other))
        : lacking.some(([other]) => other === name)),
  );
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [name, text] of missing) {
    const path = join(folder, name);
    writePrivate(path, text);
    if (uid === 0) chownSync(path, CONTAINER_UID, CONTAINER_UID);
  }
  for (const [name] of secrets) chmodSync(join(folder, name), 0o600);
  return { made: missing.map(([name]) => name), note: noteFor(uid) };
}

function noteFor(uid: number): string | undefined {
  if (uid === 0 || uid === CONTAINER_UID) return undefined;
  return (
    "the services need your user id to read the secrets: add these lines to .env\n" +
    `VEGA_UID=${uid}\nVEGA_GID=${process.getgid?.() ?? uid}`
  );
}
