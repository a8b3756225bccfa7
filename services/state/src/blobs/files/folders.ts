import { mkdir, open, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { BlobInfo } from "../blob-store.ts";

const PART = /^[0-9a-f]{2}$/;
const DIGEST = /^[0-9a-f]{64}$/;

/** The file of a blob, in two levels of folders. */
export const blobPath = (root: string, sha256: string): string =>
  join(root, sha256.slice(0, 2), sha256.slice(2, 4), sha256);

/** A file or folder, or one above it, does not exist. */
export const isMissing = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  (error.code === "ENOENT" || error.code === "ENOTDIR");

/** Makes the entries of a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Makes a folder below a root, and those between, durably; they may be there, not yet durable, after a crash. */
export async function makeFolder(root: string, path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  // Each is an entry of the folder above it.
  for (let at = path; at.startsWith(root); at = dirname(at)) await syncFolder(dirname(at));
}

/** Size and modification time of a blob's file; undefined where there is none. */
export async function infoOf(path: string): Promise<BlobInfo | undefined> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { sha256: path.slice(-64), bytes: size, storedAt: Math.round(mtimeMs) };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** All blobs below a folder. Files that are no blobs are left out. */
export async function* listFiles(root: string): AsyncGenerator<BlobInfo> {
  for (const first of await namesIn(root, PART)) {
    for (const second of await namesIn(join(root, first), PART)) {
      const folder = join(root, first, second);
      for (const name of await namesIn(folder, DIGEST)) {
        const info = await infoOf(join(folder, name));
        if (info) yield info;
      }
    }
  }
}

async function namesIn(folder: string, pattern: RegExp): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => pattern.test(name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
