/** Longest scrubbed text: the time of the patterns grows with it, and reports show less. */
const MAX_LENGTH = 16_384;

/** Names in code and files contain words and few digits; random text does not. */
const MAX_DIGITS = 2;
const MIN_WORDS = 0.65;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const SECRET = "[secret]";

/** Names of secret values. */
const SECRET_NAME =
  "(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|authorization|cookie|session)";

const RULES: readonly (readonly [RegExp, string])[] = [
  [/\b(bearer)\s+[^\s,;"']+/gi, `$1 ${SECRET}`],
  [/\b(basic)\s+[A-Za-z0-9+/=_-]{8,}/gi, `$1 ${SECRET}`],
  // Up to the last @: a password may contain one.
  [/\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/?#]{0,512}@/gi, `$1${SECRET}@`],
  // A JWT's first part is `{"` in base64url, or `{` and a space.
  [/\bey[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{2,}(?:\.[A-Za-z0-9_-]*)?/g, SECRET],
  [/\$2[abxy]?\$\d{2}\$[./A-Za-z0-9]{10,}/g, SECRET],
  [
    new RegExp(
      `([\\w-]{0,32}${SECRET_NAME}[\\w-]{0,32}\\\\?["']?\\s{0,4}[=:]\\s{0,4})` +
        `("(?:[^"\\\\]|\\\\.)*"?|'(?:[^'\\\\]|\\\\.)*'?|\\\\"(?:(?!\\\\").)*(?:\\\\")?|[^\\s,;&}"']+)`,
      "gi",
    ),
    `$1${SECRET}`,
  ],
  [/\bvega_[A-Za-z0-9_-]{8,}/g, SECRET],
  [/[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,24}\b/g, "[email]"],
];

/** Whether a long text is random: by its share of words and its number of digits. */
function looksRandom(text: string): boolean {
  const rest = text.split("/").filter((part) => !UUID.test(part));
  const long = rest.join("/");
  if (long === "" || /^[A-Z_]+$/.test(long)) return false;
  const digits = long.replaceAll(/[^0-9]/g, "").length;
  const words = (long.match(/[A-Z]?[a-z]{3,}/g) ?? []).filter((word) => word.length > 3);
  return digits > MAX_DIGITS || words.join("").length / long.length < MIN_WORDS;
}

const escape = (text: string) => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);

/** Top folders whose subfolders may name machines and users. */
const SYSTEM_FOLDERS = "home|Users|root|var|tmp|opt|srv|etc|usr|mnt|media|data|run";

/**
 * Removes secrets and personal data from a text: credentials in headers, URLs and `password=…`, JWTs, keys, hashes,
 * email addresses, random text, and the project's location on the machine.
 * @param root the project's folder, absolute; paths in it become relative.
 */
export function scrub(text: string, root: string): string {
  let result = text.slice(0, MAX_LENGTH);
  for (const [pattern, replacement] of RULES) result = result.replaceAll(pattern, replacement);
  if (root.length > 1) {
    result = result.replaceAll(new RegExp(`(?:file://)?${escape(root)}/`, "g"), "");
  }
  const top = root.split("/")[1];
  const folders = top ? `${SYSTEM_FOLDERS}|${escape(top)}` : SYSTEM_FOLDERS;
  result = result.replaceAll(
    new RegExp(`(?:file://)?(?<![\\w./-])/(?:${folders})/(?:[^\\s/:()'"]+/)*`, "g"),
    "…/",
  );
  return result.replaceAll(/[A-Za-z0-9+/_-]{20,}={0,2}/g, (found) =>
    looksRandom(found) ? SECRET : found,
  );
}
