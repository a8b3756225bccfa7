import { chmodSync, chownSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { OperatorError } from "@vega/supervisor/operator-error";
import { writePrivate } from "@vega/supervisor/private-file";
import { composeSecrets, drawSecrets, isOfBus, standsAlone } from "./contents.ts";

/** Who the services run as in their containers, where VEGA_UID does not say otherwise. */
const CONTAINER_UID = 1_000;

/**
 * Makes the folder (0700) and the secrets in it (0600). All at once or none, those of the bus apart: several hold the
 * same password.
 * @param uid of whoever runs this; root gives the files to the user that services run as
 * @returns names of what was made, and what else there is to do
 * @throws OperatorError where some are there and others not
 */
export function makeSecrets({ folder, uid }: { folder: string; uid: number }): {
  made: string[];
  note: string | undefined;
} {
  const secrets = Object.entries(composeSecrets(drawSecrets()));
  const lacking = secrets.filter(([name]) => !existsSync(join(folder, name)));
  const lost = lacking.filter(([name]) => !isOfBus(name) && !standsAlone(name));
  if (lost.length > 0 && lacking.length < secrets.length) {
    throw new OperatorError(
      `${folder} has some secrets, but not ${lost.map(([name]) => name).join(", ")}.\n` +
        "  Put them back. Passwords of a database that is there already can't be made anew.",
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
    "services have to run as you, to read them: put these two lines into .env\n" +
    `VEGA_UID=${uid}\nVEGA_GID=${process.getgid?.() ?? uid}`
  );
}
