import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { OperatorError } from "./operator-error.ts";

/** Writes a file that only its owner may read: whole or not at all, also across a power cut. */
export function writePrivate(path: string, text: string): void {
  const fresh = `${path}.new`;
  const file = openSync(fresh, "w", 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  // The mode above holds only for a file that was not there.
  chmodSync(fresh, 0o600);
  renameSync(fresh, path);
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
