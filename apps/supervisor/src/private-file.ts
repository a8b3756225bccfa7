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
import { OperatorError } from "./operator-error.ts";

/**
 * Writes a file that only its owner may read: whole or not at all, also across a power cut.
 * @param fresh where it is written before it is put in its place; nothing stays there
 */
export function writePrivate(path: string, text: string, fresh = `${path}.new`): void {
  // What a kill has left there, which may have another mode or lead elsewhere.
  rmSync(fresh, { force: true });
  try {
    const file = openSync(fresh, "wx", 0o600);
    try {
      // Unlike writeSync it goes on until all of it is written.
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

/**
 * The secret kept in a file: made once, 32 random bytes as base64url.
 * @throws OperatorError when the file is there but holds none: replacing it in silence would lock its users out.
 */
export function keptSecret(path: string): string {
  if (!existsSync(path)) writePrivate(path, `${randomBytes(32).toString("base64url")}\n`);
  const secret = readFileSync(path, "utf8").trim();
  if (!/^[\w-]{32,}$/.test(secret)) {
    throw new OperatorError(`${path} holds no token; restore it, or remove it to get a new one`);
  }
  chmodSync(path, 0o600);
  return secret;
}
