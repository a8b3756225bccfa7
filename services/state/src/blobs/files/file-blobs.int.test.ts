import { CHUNK_BYTES } from "@vega/contracts";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, readdir, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { DigestMismatchError } from "../blob-store.ts";
import { blobContract, listed } from "../contract/blob-contract.ts";
import { verifyBlob } from "../streams.ts";
import { openFileBlobs } from "./file-blobs.ts";

const root = await mkdtemp(join(tmpdir(), "vega-blobs-"));
afterAll(() => rm(root, { recursive: true }));
const fresh = () => join(root, randomUUID());

blobContract("file", () => Promise.resolve(openFileBlobs(fresh())));

async function stored(folder: string, content = randomBytes(CHUNK_BYTES + 10)) {
  const sha256 = createHash("sha256").update(content).digest("hex");
  const store = openFileBlobs(folder);
  const upload = randomUUID();
  await store.write(upload, 0, content.subarray(0, CHUNK_BYTES), 0);
  await store.write(upload, 1, content.subarray(CHUNK_BYTES), 0);
  await store.finish(upload, { sha256, bytes: content.byteLength }, Date.now());
  return {
    content,
    store,
    sha256,
    path: join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256),
  };
}

test("files are for their owner alone, in two levels of folders", async () => {
  const folder = fresh();
  const { path } = await stored(folder);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect(await readdir(join(folder, "uploads"))).toEqual([]);
});

test("other files in the folder are no blobs", async () => {
  const folder = fresh();
  const { store, path, sha256 } = await stored(folder);
  await writeFile(join(folder, "notes.txt"), "x");
  await writeFile(join(path, "..", "x"), "x");
  const [blob, ...more] = await listed(store);
  expect([blob?.sha256, more]).toEqual([sha256, []]);
});

test("another process counts what is there", async () => {
  const folder = fresh();
  await stored(folder);
  expect(await openFileBlobs(folder).usage()).toEqual({ blobs: 1, bytes: CHUNK_BYTES + 10 });
  expect(await openFileBlobs(folder).free()).toBeGreaterThan(0);
  expect(await openFileBlobs(fresh()).free()).toBeGreaterThan(0);
});

test("a damaged file shows, and the same bytes mend it", async () => {
  const folder = fresh();
  const { content, store, path, sha256 } = await stored(folder);
  await truncate(path, CHUNK_BYTES + 9);
  await expect(verifyBlob(store, sha256)).rejects.toThrow(DigestMismatchError);
  await stored(folder, content);
  await verifyBlob(store, sha256);
});
