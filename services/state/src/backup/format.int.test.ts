import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sealAll } from "../log/seal-all.ts";
import { GENESIS_HASH } from "../log/chain.ts";
import { genesis } from "../entities/crystal/seed.ts";
import type { DataFormat } from "../store/data-format.ts";
import { DATA_FORMAT, MIN_READER } from "../store/data-format.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { systemContext } from "@vega/contracts";
import { makeBackup, restoreBackup } from "./backup.ts";
import { backupFormat } from "./format.ts";
import { forge, withoutBlobs } from "./testing.ts";

/* The data format that a backup names. */

const TIME = "2026-01-31T12:00:00.000Z";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vega-backup-format-"));
  file = join(folder, "out.vega");
});
afterEach(() => rm(folder, { recursive: true }));

const target = () => ({ kind: "sqlite" as const, folder: join(folder, "target") });

/** Of a fresh system whose data have these marks. */
async function backUp(format?: DataFormat): Promise<void> {
  const store = await openSqliteStore(join(folder, "source.db"));
  const event = { event: genesis(TIME, 1), context: systemContext("test") };
  const sealed = sealAll([event], { time: TIME }, { sequence: 0, hash: GENESIS_HASH });
  const batch = { expectedSequence: 0, relayed: 0, ...sealed };
  await store.commit(format ? { ...batch, format } : batch);
  await makeBackup(store, file, TIME, withoutBlobs(folder));
  await store.close();
}

const headOf = async () =>
  JSON.parse(
    gunzipSync(await readFile(file))
      .toString()
      .split("\n")[0] ?? "",
  ) as Record<string, unknown>;

test("a backup begins with the marks of its data", async () => {
  await backUp();
  expect(await headOf()).toMatchObject({ written_by: DATA_FORMAT, min_reader: MIN_READER });
});

test("a restore keeps the data format marks of the backup where they are higher", async () => {
  const marks = { written_by: DATA_FORMAT + 3, min_reader: DATA_FORMAT };
  await backUp(marks);
  await restoreBackup(target(), file);
  const store = await openSqliteStore(join(target().folder, "vega.db"), "read");
  expect(await store.format()).toEqual(marks);
  await store.close();
});

test("a backup that needs a newer version is refused before anything is made", async () => {
  await backUp();
  const newer = `"written_by":${DATA_FORMAT + 2},"min_reader":${DATA_FORMAT + 1}`;
  await forge(file, (line) => line.replace(/"written_by":\d+,"min_reader":\d+/, newer));
  await expect(restoreBackup(target(), file)).rejects.toThrow(
    `written with data format ${DATA_FORMAT + 2} and needs a version of VEGA with data format ${DATA_FORMAT + 1} or newer`,
  );
  expect(await readdir(folder)).not.toContain("target");
});

test("a backup of an unknown file format is refused", async () => {
  await backUp();
  await forge(file, (line) => line.replace(/"vega_backup":\d/, '"vega_backup":4'));
  await expect(restoreBackup(target(), file)).rejects.toThrow("it has backup format 4");
});

test("versions without data formats, which know backup format 1 alone, refuse what they can't read", () => {
  expect(backupFormat({ written_by: 9, min_reader: 1 }, false)).toBe(1);
  expect(backupFormat({ written_by: 9, min_reader: 2 }, false)).toBe(2);
  expect(backupFormat({ written_by: 9, min_reader: 1 }, true)).toBe(3);
});
