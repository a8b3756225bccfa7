import { readFileSync, statSync } from "node:fs";
import { OperatorError } from "@vega/supervisor/operator-error";
import { writePrivate } from "@vega/supervisor/private-file";

/**
 * The text of a file of JSON, as it is: whoever gets it parses it again.
 * @throws OperatorError that names the file.
 */
export function readJsonText(path: string): string {
  const bytes = attempt(`can't read ${path}`, () => readFileSync(path));
  const text = attempt(`${path} is not UTF-8`, () =>
    new TextDecoder("utf-8", { fatal: true }).decode(bytes),
  );
  attempt(`${path} is no valid JSON`, () => JSON.parse(text));
  return text;
}

/**
 * Writes a file whole or not at all, for its owner alone; what was there stays until then.
 * @throws OperatorError that names the file.
 */
export function writeWhole(path: string, text: string): void {
  attempt(`can't write ${path}`, () => {
    const there = statSync(path, { throwIfNoEntry: false });
    if (there?.isDirectory()) throw faultOf("EISDIR");
    // A rename would put a file in the place of a device such as /dev/stdout.
    if (there && !there.isFile()) throw new Error("it is no regular file");
    // Of this process alone: another export to the same file may be under way.
    writePrivate(path, text, `${path}.${process.pid}.new`);
  });
}

const REASONS = new Map([
  ["EACCES", "permission denied"],
  ["EISDIR", "it is a folder"],
  ["ENOENT", "there is no such file or folder"],
  ["ENOSPC", "the disk is full"],
  ["ENOTDIR", "a part of this path is no folder"],
  ["ERR_ENCODING_INVALID_ENCODED_DATA", "it has bytes that are no text"],
  ["EPERM", "permission denied"],
  ["EROFS", "the disk is read-only"],
]);

const faultOf = (code: string) => Object.assign(new Error(code), { code });

function attempt<Result>(what: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    const { code = "", message } = cause as NodeJS.ErrnoException;
    // In one line: a message of JSON.parse may quote several.
    const reason = REASONS.get(code) ?? message.replaceAll(/\s+/g, " ");
    throw new OperatorError(`${what}: ${reason}`, { cause });
  }
}
