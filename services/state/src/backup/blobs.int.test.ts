import { CHUNK_BYTES, systemContext } from "@vega/contracts";
import { createLogger } from "@vega/service-kit";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { BlobStore } from "../blobs/blob-store.ts";
import { listed } from "../blobs/contract/blob-contract.ts";
import { openFileBlobs } from "../blobs/files/file-blobs.ts";
import { blobPath } from "../blobs/files/folders.ts";
import { openBlobs } from "../blobs/open.ts";
import { verifyBlob } from "../blobs/streams.ts";
import { genesis } from "../entities/crystal/seed.ts";
import { GENESIS_HASH } from "../log/chain.ts";
import { sealAll } from "../log/seal-all.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { makeBackup, proveBackup, restoreBackup } from "./backup.ts";
import { openBackups } from "./backups.ts";
import { changeLines, nameBlobs, putBlob } from "./testing.ts";

/* Blobs in backups. */

const NOW = Date.parse("2026-01-31T12:00:00.000Z");
const DAY_MS = 24 * 3_600_000;
const timeOf = (ms: number) => new Date(ms).toISOString();

let folder: string;
let store: Store;
let blobs: BlobStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vega-backup-blobs-"));
  store = await openSqliteStore(join(folder, "source.db"));
  const first = { event: genesis(timeOf(NOW), 1), context: systemContext("test") };
  const sealed = sealAll([first], { time: timeOf(NOW) }, { sequence: 0, hash: GENESIS_HASH });
  await store.commit({ expectedSequence: 0, relayed: 0, ...sealed });
  blobs = openFileBlobs(join(folder, "blobs"));
  return () => store.close();
});
afterEach(() => rm(folder, { recursive: true }));

const put = (content: Buffer) => putBlob(blobs, content, NOW);
const name = (...sha256s: readonly string[]) => nameBlobs(store, sha256s, timeOf(NOW));

const target = () => ({ kind: "sqlite" as const, folder: join(folder, "target") });
const restoredBlobs = () => openBlobs(target());

test("a backup in one file has the blobs that documents name, each once, and no others", async () => {
  const [one, two] = [await put(randomBytes(2 * CHUNK_BYTES + 5)), await put(randomBytes(7))];
  await put(randomBytes(9));
  await name(one, two, one);
  const file = join(folder, "one.vega");
  const manifest = await makeBackup(store, file, timeOf(NOW), { blobs, place: "inside" });
  expect(manifest).toMatchObject({
    vega_backup: 3,
    blobs: 2,
    blob_bytes: 2 * CHUNK_BYTES + 12,
    missing_blobs: 0,
  });
  expect(await readdir(folder)).toEqual(expect.not.arrayContaining(["one.blobs"]));
  await rm(join(folder, "blobs"), { recursive: true });
  await restoreBackup(target(), file);
  expect((await listed(restoredBlobs())).map(({ sha256 }) => sha256).toSorted()).toEqual(
    [one, two].toSorted(),
  );
  for (const sha256 of [one, two]) await verifyBlob(restoredBlobs(), sha256);
});

test("altered, missing or extra bytes of a file are refused, and leave no database", async () => {
  await name(await put(randomBytes(CHUNK_BYTES + 5)));
  const file = join(folder, "one.vega");
  const at = (lines: string[]) => lines.findIndex((line) => line.startsWith('{"chunk"'));
  const ruins: [string, (lines: string[]) => string[]][] = [
    ["was altered", (lines) => lines.map((line) => line.replace('{"chunk":"', '{"chunk":"AAAA'))],
    ["bytes of a file are missing", (lines) => lines.toSpliced(at(lines), 1)],
    ["bytes without their file", (lines) => lines.toSpliced(at(lines), 0, '{"chunk":"AAAA"}')],
  ];
  for (const [reason, how] of ruins) {
    await makeBackup(store, file, timeOf(NOW), { blobs, place: "inside" });
    await changeLines(file, (lines) => how(lines));
    await expect(proveBackup(file, folder), reason).rejects.toThrow("altered");
    await expect(restoreBackup(target(), file), reason).rejects.toThrow("altered");
    await rm(file);
    expect(await readdir(target().folder).catch(() => [])).not.toContain("vega.db");
  }
});

test("a blob that is lost or damaged does not stop a backup, which says so", async () => {
  const [lost, damaged] = [await put(randomBytes(9)), await put(randomBytes(8))];
  await name(lost, damaged, await put(randomBytes(5)));
  await rm(blobPath(join(folder, "blobs"), lost));
  await writeFile(blobPath(join(folder, "blobs"), damaged), "other");
  for (const place of ["inside", "beside"] as const) {
    await mkdir(join(folder, place));
    const file = join(folder, place, "a.vega");
    const manifest = await makeBackup(store, file, timeOf(NOW), { blobs, place });
    expect(manifest).toMatchObject({ blobs: 3, missing_blobs: 2, blob_bytes: 5 });
  }
  await restoreBackup(target(), join(folder, "inside", "a.vega"));
  expect(await restoredBlobs().usage()).toEqual({ blobs: 1, bytes: 5 });
});

test("backups of a schedule share their blobs; what no kept backup names goes", async () => {
  const shared = join(folder, "backups", "a-log");
  let now = NOW;
  const backups = await openBackups({
    store,
    blobs,
    logId: "a-log",
    config: {
      folder: join(folder, "backups"),
      intervalMs: DAY_MS,
      phases: 0,
      keep: { daily: 2, weekly: 0, monthly: 0 },
    },
    iterationAt: () => Promise.resolve(0),
    log: createLogger("test", "silent"),
    now: () => now,
  });
  const beside = openFileBlobs(join(shared, "blobs"));
  const there = async () => (await listed(beside)).map(({ sha256 }) => sha256).toSorted();
  const [old, kept] = [await put(randomBytes(CHUNK_BYTES + 5)), await put(randomBytes(6))];
  await name(old, kept);
  await backups.due();
  const first = backups.newest();
  expect(first).toMatchObject({ blobs: 2, blob_bytes: CHUNK_BYTES + 11, missing_blobs: 0 });
  expect(await there()).toEqual([old, kept].toSorted());

  await name(kept);
  now += DAY_MS;
  await backups.due();
  expect(await there()).toEqual([old, kept].toSorted());
  await restoreBackup(target(), first?.file ?? "");
  await verifyBlob(restoredBlobs(), old);
  await verifyBlob(restoredBlobs(), kept);

  now += DAY_MS;
  await backups.due();
  expect((await backups.list()).map(({ blobs: count }) => count)).toEqual([1, 1]);
  expect(await there()).toEqual([kept]);

  // A damaged copy is noticed after a week at the latest, and replaced.
  await writeFile(blobPath(join(shared, "blobs"), kept), "other!");
  await utimes(blobPath(join(shared, "blobs"), kept), now / 1_000, now / 1_000);
  now += 8 * DAY_MS;
  await backups.due();
  expect(backups.newest()).toMatchObject({ blobs: 1, missing_blobs: 0 });
  await verifyBlob(beside, kept);

  // Without its blobs a backup is refused before anything is restored.
  await rm(join(shared, "blobs"), { recursive: true });
  await rm(target().folder, { recursive: true });
  await expect(restoreBackup(target(), backups.newest()?.file ?? "")).rejects.toThrow(
    `its file ${kept} is missing: the folder "blobs"`,
  );
  expect(await readdir(target().folder)).not.toContain("vega.db");
});
