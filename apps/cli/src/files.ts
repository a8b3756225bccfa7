import { readFileSync, statSync } from "node:fs";
import { OperatorError } from "@vega/supervisor/operator-error";
import { writePrivate } from "@vega/supervisor/private-file";

/**
 * The unchanged text of a JSON file, for a request body.
 * @throws OperatorError that names the file
 */
export function readJsonText(path: string): string {
  const bytes = attempt(`can't read ${path}`, () => readFileSync(path));
  const text = attempt(`${path} is not UTF-8`, () =>
    new TextDecoder("utf-8", { fatal: true }).decode(bytes),
  );
  attempt(`${path} is not valid JSON`, () => JSON.parse(text));
  return text;
}

/**
 * Writes a file atomically, readable only for its owner; an existing file stays until then.
 * @throws OperatorError that names the file
 */
export function writeWhole(path: string, text: string): void {
  attempt(`can't write ${path}`, () => {
    const existing = statSync(path, { throwIfNoEntry: false });
    if (existing?.isDirectory()) throw errorOf("EISDIR");
    // A rename would replace a device such as /dev/stdout by a file.
    if (existing && !existing.isFile()) throw new Error("not a regular file");
    // Unique to this process: another export to the same file may be in progress.
    writePrivate(path, text, `${path}.${process.pid}.new`);
  });
}

const REASONS = new Map([
  ["EACCES", "permission denied"],
  ["EISDIR", "is a folder"],
  ["ENOENT", "no such file or folder"],
  ["ENOSPC", "the disk is full"],
  ["ENOTDIR", "a part of the path is not a folder"],
  ["ERR_ENCODING_INVALID_ENCODED_DATA", "invalid bytes"],
  ["EPERM", "permission denied"],
  ["EROFS", "the disk is read-only"],
]);

const errorOf = (code: string) => Object.assign(new Error(code), { code });

function attempt<Result>(failure: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    const { code = "", message } = cause as NodeJS.ErrnoException;
    // In one line: JSON.parse quotes lines of the text.
    const reason = REASONS.get(code) ?? message.replaceAll(/\s+/g, " ");
    throw new OperatorError(`${failure}: ${reason}`, { cause });
  }
}
