import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/*
 * Encryption of stored private keys: AES-256-GCM under a key that HKDF-SHA256 derives from VEGA_SECRET and a random salt,
 * with the key id as additional data, so that stored keys cannot be swapped. Format:
 * `v1.<salt>.<nonce>.<tag>.<ciphertext>`, each part base64url.
 */

const VERSION = "v1";
const INFO = "vega signing keys v1";
const CIPHER = "aes-256-gcm";

const derive = (secret: string, salt: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync("sha256", secret, salt, INFO, 32));

export function seal(plain: Uint8Array, secret: string, kid: string): string {
  const salt = randomBytes(16);
  const nonce = randomBytes(12);
  const cipher = createCipheriv(CIPHER, derive(secret, salt), nonce).setAAD(Buffer.from(kid));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  const parts = [salt, nonce, cipher.getAuthTag(), sealed].map((part) =>
    part.toString("base64url"),
  );
  return [VERSION, ...parts].join(".");
}

/** Undefined for another secret or key id, changed text or another format. */
export function unseal(text: string, secret: string, kid: string): Buffer | undefined {
  const [version, ...parts] = text.split(".");
  const [salt, nonce, tag, sealed] = parts.map((part) => Buffer.from(part, "base64url"));
  if (version !== VERSION || !salt || !nonce || !tag || !sealed) return undefined;
  try {
    const decipher = createDecipheriv(CIPHER, derive(secret, salt), nonce, { authTagLength: 16 });
    decipher.setAAD(Buffer.from(kid)).setAuthTag(tag);
    return Buffer.concat([decipher.update(sealed), decipher.final()]);
  } catch {
    return undefined;
  }
}
