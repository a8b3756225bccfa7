import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json; charset=utf-8",
};

const ENCODINGS = [
  { name: "br", suffix: ".br" },
  { name: "gzip", suffix: ".gz" },
] as const;

/** A file of the console's build, in memory: a build that replaces it does not mix with it. */
export interface ConsoleFile {
  readonly type: string;
  /** The same for every encoding, so it is a weak one. */
  readonly etag: string;
  readonly bytes: Buffer;
  /** Best first. */
  readonly encoded: readonly { readonly name: string; readonly bytes: Buffer }[];
}

export type ConsoleFiles = ReadonlyMap<string, ConsoleFile>;

/** @returns by path below the folder; empty where there is no build */
export function readConsoleFiles(folder: string): ConsoleFiles {
  const bytesOf = new Map<string, Buffer>();
  for (const path of filesIn(folder)) bytesOf.set(path, readFileSync(join(folder, path)));
  const files = new Map<string, ConsoleFile>();
  for (const [path, bytes] of bytesOf) {
    const type = TYPES[extname(path)];
    if (!type) continue;
    const encoded = ENCODINGS.flatMap(({ name, suffix }) => {
      const compressed = bytesOf.get(path + suffix);
      return compressed ? [{ name, bytes: compressed }] : [];
    });
    const hash = createHash("sha256").update(bytes).digest("base64url");
    files.set(path, { type, etag: `W/"${hash}"`, bytes, encoded });
  }
  return files;
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
