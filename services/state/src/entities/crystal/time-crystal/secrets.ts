import type { Json, JsonObject } from "@vega/contracts";

/** A complete bcrypt hash: version, cost 4 to 31, 22 characters of salt and 31 of hash. */
const BCRYPT = /^\$2[aby]\$(?:0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/;
const LOOKS_LIKE_BCRYPT = /^\$2[aby]\$/;
const PASSWORD_KEY = /^(?:password|passwd|password_hash|passwordhash)$/i;

export function isBcryptHash(text: string): boolean {
  return BCRYPT.test(text);
}

/**
 * A copy without passwords and password hashes: the crystal is read by everyone.
 * @param path JSON pointer of the value.
 * @param refused gets the path of each one left out, with the reason.
 */
export function withoutPasswords(value: Json, path: string, refused: Record<string, string>): Json {
  if (Array.isArray(value)) {
    return value
      .map((item, index) => withoutPasswords(item, `${path}/${index}`, refused))
      .filter((_, index) => !Object.hasOwn(refused, `${path}/${index}`));
  }
  if (typeof value === "string" && LOOKS_LIKE_BCRYPT.test(value)) {
    refused[path] = "a password hash; the state is read by everyone";
    return null;
  }
  if (value === null || typeof value !== "object") return value;
  const result: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const at = `${path}/${key}`;
    if (PASSWORD_KEY.test(key)) refused[at] = "a password; the state is read by everyone";
    else {
      const kept = withoutPasswords(item, at, refused);
      if (!Object.hasOwn(refused, at)) result[key] = kept;
    }
  }
  return result;
}
