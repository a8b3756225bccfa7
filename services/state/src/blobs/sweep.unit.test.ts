import { expect, test, vi } from "vitest";
import type { BlobInfo, BlobStore } from "./blob-store.ts";
import { KEPT_MS, keepSwept, NAMING_MS } from "./sweep.ts";

const HOUR = 3_600_000;

/** A store of infos, in memory: the sweep never looks at bytes. */
function given(blobs: Record<string, number>, named: readonly string[]) {
  let now = 100 * HOUR;
  let isHeld = false;
  const current = new Map(
    Object.entries(blobs).map(([sha256, age]) => [sha256, now - age] as const),
  );
  const infoOf = (sha256: string): BlobInfo | undefined => {
    const storedAt = current.get(sha256);
    return storedAt === undefined ? undefined : { sha256, bytes: 10, storedAt };
  };
  const store: Pick<BlobStore, "list" | "renew" | "remove" | "removeUploads" | "stat"> = {
    async *list() {
      for (const sha256 of current.keys()) yield infoOf(sha256) as BlobInfo;
    },
    renew: (all, at) => Promise.resolve(all.forEach((one) => current.set(one, at))),
    remove: ({ sha256, storedAt }) =>
      Promise.resolve(current.get(sha256) === storedAt && current.delete(sha256)),
    removeUploads: (before) => Promise.resolve(before === now - 24 * HOUR ? 2 : 0),
    stat: (sha256) => Promise.resolve(infoOf(sha256)),
  };
  const sweep = keepSwept({
    blobs: store as BlobStore,
    named: () => Promise.resolve(new Set(named)),
    now: () => now,
    hold: () => isHeld,
    log: { info: vi.fn(), warn: vi.fn() },
  });
  return {
    sweep,
    left: () => [...current.keys()].toSorted(),
    pass: (ms: number) => (now += ms),
    hold: (held: boolean) => (isHeld = held),
  };
}

test("unnamed blobs go by their age; named ones are renewed", async () => {
  const { sweep, left, pass } = given({ old: KEPT_MS, young: KEPT_MS - 1, named: 9 * KEPT_MS }, [
    "named",
  ]);
  expect(await sweep.sweep()).toEqual({ blobs: 1, bytes: 10, uploads: 2 });
  expect(left()).toEqual(["named", "young"]);
  pass(KEPT_MS - 1);
  expect(await sweep.sweep()).toMatchObject({ blobs: 1 });
  expect(left()).toEqual(["named"]);
  await sweep.stop();
});

test("nothing is removed while a backup is being written", async () => {
  const { sweep, left, hold } = given({ old: KEPT_MS }, []);
  hold(true);
  expect(await sweep.sweep()).toEqual({ blobs: 0, bytes: 0, uploads: 0 });
  expect(left()).toEqual(["old"]);
  hold(false);
  await sweep.sweep();
  expect(left()).toEqual([]);
  await sweep.stop();
});

test("an erasure removes blobs that no other document names, of any age", async () => {
  const { sweep, left } = given({ own: NAMING_MS, shared: HOUR, another: HOUR }, ["shared"]);
  await sweep.forget(["own", "shared", "gone"]);
  expect(left()).toEqual(["another", "shared"]);
  await sweep.stop();
});

test("an erasure leaves what was stored just now to a later run", async () => {
  const { sweep, left, pass } = given({ own: NAMING_MS - 1 }, []);
  await sweep.forget(["own"]);
  expect(left()).toEqual(["own"]);
  pass(1);
  await sweep.forget([]);
  expect(left()).toEqual([]);
  await sweep.stop();
});
