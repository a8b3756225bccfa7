import type { Json, JsonObject } from "@vega/contracts";

const SECRET_KEYS = new Set(["password", "passwordhash"]);

/** A bcrypt hash anywhere in a text: `$2b$10$` and 53 characters of salt and hash. */
const BCRYPT = /\$2[abxy]?\$\d{2}\$[./A-Za-z0-9]{53}/;

const isSecretKey = (key: string) => SECRET_KEYS.has(key.toLowerCase().replaceAll(/[_-]/g, ""));

const isSecret = (value: Json) => typeof value === "string" && BCRYPT.test(value);

/**
 * A copy without keys named like a password and without bcrypt hashes. Defence in depth: the crystal has no
 * credentials, but an imported file may contain them under unknown keys.
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
