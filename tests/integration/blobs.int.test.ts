import { blobs, CHUNK_BYTES, systemContext } from "@vega/contracts";
import type { BlobClient } from "@vega/messaging";
import { createBlobClient, request } from "@vega/messaging";
import type { Network } from "@vega/test-support";
import { startNetwork } from "@vega/test-support";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const MIB = 1024 * 1024;

let network: Network;
let client: BlobClient;
beforeAll(async () => {
  network = await startNetwork({
    services: ["state"],
    env: { VEGA_BLOB_BYTES: String(24 * MIB), VEGA_BACKUP_HOURS: "0" },
  });
  client = createBlobClient(network.bus);
});
afterAll(() => network?.close());

async function* parts(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}
const put = (bytes: Uint8Array, size = 64 * 1024, maxBytes = 64 * MIB) =>
  client.put(parts(bytes, size), { maxBytes });
const digestOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const unfinished = () => readdir(join(network.folder, "blobs", "uploads"));

async function read(sha256: string, range?: { start: number; end: number }): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const part of client.read(sha256, range)) all.push(part);
  return Buffer.concat(all);
}

test("bytes in parts of any size come back, whole and by range", async () => {
  const content = randomBytes(2 * CHUNK_BYTES + 17);
  const sha256 = digestOf(content);
  for (const size of [999_983, 3 * CHUNK_BYTES]) {
    expect(await put(content, size)).toEqual({ sha256, bytes: content.byteLength });
  }
  expect(await client.stat(sha256)).toEqual({ bytes: content.byteLength });
  expect(content.equals(await read(sha256))).toBe(true);
  const ranges = [
    [0, 1],
    [CHUNK_BYTES - 1, CHUNK_BYTES + 1],
    [CHUNK_BYTES, 2 * CHUNK_BYTES],
    [5, 2 * CHUNK_BYTES + 17],
    [2 * CHUNK_BYTES + 16, Number.MAX_SAFE_INTEGER],
    [7, 7],
  ] as const;
  for (const [start, end] of ranges) {
    expect(content.subarray(start, end).equals(await read(sha256, { start, end }))).toBe(true);
  }
});

test("an upload that fails leaves nothing, and says why", async () => {
  await expect(put(randomBytes(0))).rejects.toMatchObject({ code: "invalid" });
  await expect(put(randomBytes(CHUNK_BYTES + 1), 9_000, CHUNK_BYTES)).rejects.toMatchObject({
    code: "too_large",
    message: expect.stringContaining(String(CHUNK_BYTES)),
  });
  async function* broken() {
    yield randomBytes(CHUNK_BYTES);
    throw new Error("the client went away");
  }
  await expect(client.put(broken(), { maxBytes: MIB * 9 })).rejects.toThrow("went away");
  const aborting = new AbortController();
  async function* endless() {
    for (let n = 0; ; n += 1) {
      if (n === 3) aborting.abort(new Error("cancelled"));
      yield randomBytes(CHUNK_BYTES);
    }
  }
  const endlessly = client.put(endless(), { maxBytes: 99 * MIB, signal: aborting.signal });
  await expect(endlessly).rejects.toThrow("cancelled");
  await expect(put(randomBytes(25 * MIB))).rejects.toMatchObject({
    code: "insufficient_storage",
    message: expect.stringContaining("VEGA_BLOB_BYTES"),
  });
  expect(await unfinished()).toEqual([]);
});

test("what is not there, or no digest, is refused by name", async () => {
  await expect(read("0".repeat(64))).rejects.toMatchObject({ code: "not_found" });
  await expect(client.stat("0".repeat(64))).rejects.toMatchObject({ code: "not_found" });
  await expect(client.stat("../../vega.db")).rejects.toMatchObject({ code: "invalid" });
  const { sha256 } = await put(randomBytes(9));
  const at = (index: number) =>
    request(network.bus, blobs.requests.read, { sha256, index }, systemContext("test"));
  expect((await at(0)).total).toBe(9);
  await expect(at(1)).rejects.toMatchObject({ code: "invalid" });
  const upload = randomUUID();
  const chunk = { upload, index: 1, bytes: randomBytes(9) };
  const context = systemContext("test");
  const write = request(network.bus, blobs.requests.write, chunk, context);
  await expect(write).rejects.toMatchObject({ code: "not_found" });
  const large = { upload, index: 0, bytes: randomBytes(CHUNK_BYTES + 1) };
  await expect(request(network.bus, blobs.requests.write, large, context)).rejects.toMatchObject({
    code: "invalid",
  });
  const finish = { upload, sha256, bytes: 10 };
  await expect(request(network.bus, blobs.requests.finish, finish, context)).rejects.toMatchObject({
    code: "not_found",
  });
});

test("an upload goes on after a restart of state", async () => {
  const content = randomBytes(3 * CHUNK_BYTES);
  async function* interrupted() {
    yield content.subarray(0, CHUNK_BYTES);
    await network.stop("state");
    const started = network.start("state");
    yield content.subarray(CHUNK_BYTES);
    await started;
  }
  const { sha256 } = await client.put(interrupted(), { maxBytes: 9 * MIB });
  expect(content.equals(await read(sha256))).toBe(true);
});
