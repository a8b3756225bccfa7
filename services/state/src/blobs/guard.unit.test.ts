import { VegaError } from "@vega/contracts";
import { expect, test } from "vitest";
import type { BlobStore } from "./blob-store.ts";
import { guardStorage } from "./guard.ts";

const SHA = "a".repeat(64);
const MIB = 1024 * 1024;

function given(
  used: number,
  free: number | undefined,
  limits = { freeBytes: 100, totalBytes: 50 },
) {
  let now = 0;
  const state = { used, free, writes: 0, finished: 0, error: undefined as Error | undefined };
  const store: Partial<BlobStore> = {
    write: () => (state.error ? Promise.reject(state.error) : Promise.resolve(void state.writes++)),
    finish: () => Promise.resolve(void state.finished++),
    stat: (sha256) =>
      Promise.resolve(sha256 === SHA ? { sha256, bytes: 10, storedAt: 0 } : undefined),
    usage: () => Promise.resolve({ blobs: 1, bytes: state.used }),
    free: () => Promise.resolve(state.free),
  };
  const guarded = guardStorage(store as BlobStore, limits, () => now);
  return {
    state,
    pass: (ms: number) => (now += ms),
    write: (bytes: number) => guarded.write("u", 0, new Uint8Array(bytes), 0),
    finish: (bytes: number, sha256 = "b".repeat(64)) => guarded.finish("u", { sha256, bytes }, 0),
  };
}
const full = (text: string) =>
  expect.objectContaining({ code: "insufficient_storage", message: expect.stringContaining(text) });

test("an upload within the limits is stored", async () => {
  const { state, write, finish } = given(40, 110);
  await write(10);
  await finish(10);
  expect(state).toMatchObject({ writes: 1, finished: 1 });
});

test("an upload beyond the total is refused with the limit and the remedy", async () => {
  const { state, write, finish } = given(41, 1_000);
  await expect(write(10)).rejects.toEqual(full("their limit is 50: delete files"));
  await expect(finish(10)).rejects.toEqual(full("VEGA_BLOB_BYTES"));
  await finish(10, SHA);
  expect(state).toMatchObject({ writes: 0, finished: 1 });
});

test("an upload that would leave too little of the disk is refused", async () => {
  const { state, write, pass } = given(0, 109);
  await expect(write(10)).rejects.toEqual(full("100 have to stay free"));
  state.free = 110;
  pass(1_000);
  await write(10);
});

test("without limits, or where the database does not tell, nothing is refused", async () => {
  await given(9 * MIB, 0, { freeBytes: 0, totalBytes: 0 }).write(MIB);
  await given(0, undefined).write(10);
});

test("a full disk is no internal error", async () => {
  const { state, write } = given(0, 1_000);
  state.error = Object.assign(new Error("no space left"), { code: "ENOSPC" });
  await expect(write(1)).rejects.toThrow(VegaError);
  await expect(write(1)).rejects.toEqual(full("the disk is full"));
  state.error = new Error("other");
  await expect(write(1)).rejects.toThrow("other");
});
