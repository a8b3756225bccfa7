import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { SettingsError } from "./operator-error.ts";

/**
 * Writes a file that only its owner may read (mode 0600), atomically and durably.
 * @param temporary written first, then renamed
 */
export function writePrivate(path: string, text: string, temporary = `${path}.new`): void {
  // A killed process may have left it, with another mode or as a link.
  rmSync(temporary, { force: true });
  try {
    const file = openSync(temporary, "wx", 0o600);
    try {
      // Unlike writeSync it continues after a partial write.
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * The secret in a file, generated on first use: 32 random bytes as base64url.
 * @throws SettingsError when the file exists without a valid secret: replacing it would lock its users out
 */
export function readOrCreateSecret(path: string): string {
  if (!existsSync(path)) writePrivate(path, `${randomBytes(32).toString("base64url")}\n`);
  const secret = readFileSync(path, "utf8").trim();
  if (!/^[\w-]{32,}$/.test(secret)) {
    throw new SettingsError(
      `invalid secret in ${path}: expected at least 32 characters of base64url; restore the file, or delete it to get a new one`,
    );
  }
  chmodSync(path, 0o600);
  return secret;
}
