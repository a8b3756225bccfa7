import type { Json, JsonObject } from "@vega/contracts";

const SECRET_KEYS = new Set(["password", "passwordhash"]);

/** A bcrypt hash, also in the middle of a text: `$2b$10$` and 53 characters of salt and hash. */
const BCRYPT = /\$2[abxy]?\$\d{2}\$[./A-Za-z0-9]{53}/;

const isSecretKey = (key: string) => SECRET_KEYS.has(key.toLowerCase().replaceAll(/[_-]/g, ""));

const isSecret = (value: Json) => typeof value === "string" && BCRYPT.test(value);

/**
 * A copy without keys named like a password and without anything that looks like a bcrypt hash. Defence in
 * depth: credentials are no part of the crystal, yet an import may bring them under keys nobody knows.
 */
export function redact(value: Json): Json {
  if (Array.isArray(value)) return value.filter((item) => !isSecret(item)).map(redact);
  if (value === null || typeof value !== "object") return isSecret(value) ? null : value;
  const result: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    if (!isSecretKey(key) && !isSecret(item)) result[key] = redact(item);
  }
  return result;
}
