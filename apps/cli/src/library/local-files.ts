import { createHash } from "node:crypto";
import { createReadStream, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { OperatorError } from "@vega/supervisor/operator-error";

/** A file to upload. */
export interface LocalFile {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
}

/**
 * The files of a folder and of the folders in it, in the order of their paths. Names that begin with a dot, and links,
 * are left out.
 * @throws OperatorError where the folder can't be read
 */
export function filesIn(folder: string): LocalFile[] {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  } catch (cause) {
    throw new OperatorError(`can't read the folder ${folder}`, { cause });
  }
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/(^|\/)\./.test(path.slice(folder.length)))
    .toSorted()
    .map((path) => ({ path, name: basename(path), bytes: statSync(path).size }));
}

/** SHA-256 of a file, lower-case hex. */
export async function digestOf(path: string): Promise<string> {
  const digest = createHash("sha256");
  await pipeline(createReadStream(path), digest);
  return digest.digest("hex");
}
