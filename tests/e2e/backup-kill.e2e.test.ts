import { memory, memoryId, systemContext } from "@vega/contracts";
import { replayDatabase, verifyDatabase } from "@vega/state";
import { until } from "@vega/test-support";
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { sealAll } from "../../services/state/src/log/seal-all.ts";
import { proveBackup } from "../../services/state/src/backup/backup.ts";
import { readManifest } from "../../services/state/src/backup/read.ts";
import { GENESIS_HASH } from "../../services/state/src/log/chain.ts";
import { genesis } from "../../services/state/src/entities/crystal/seed.ts";
import { openSqliteStore } from "../../services/state/src/store/sqlite/sqlite-store.ts";

/*
 * kill -9 of `vega backup` and `vega restore`. The log is large enough that their files reach this
 * size long before the end.
 */
const GROWN_BYTES = 128 * 1024;
const STEPS = 4;
const STEP = 500;
/** On a busy machine a command may end before the test sees its files grow; then the next one is killed. */
const TRIES = 3;
/** Random text, which compresses badly, so that the compressed file grows from the beginning. */
const VALUE_BYTES = 3_000;

const TIME = "2026-01-31T12:00:00.000Z";
const CLI = join(import.meta.dirname, "../../apps/cli/src/main.ts");

let folder: string;
let source: string;
/** A complete backup of the source. */
let backup: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vega-backup-kill-"));
  source = join(folder, "source");
  await mkdir(source);
  await fill(join(source, "vega.db"));
  backup = join(folder, "kept", "kept.vega");
  await mkdir(join(folder, "kept"));
  await finish("backup", backup, source);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

let children: ChildProcess[] = [];
let work: string;
beforeEach(async () => {
  work = await mkdtemp(join(folder, "test-"));
});
afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  children = [];
});

async function fill(path: string): Promise<void> {
  const store = await openSqliteStore(path);
  const context = systemContext("test");
  const remembered = (n: number) => {
    // One word: the index of terms is not what takes the time.
    const value = randomBytes(VALUE_BYTES).toString("hex");
    const [namespace, key] = ["default", `k${n % 100}`];
    const data = { namespace, key, value, expires_at: null, updated_at: TIME, bytes: value.length };
    const subject = `memory/${memoryId(namespace, key)}`;
    return { event: { type: memory.events.changed.type, subject, data, sideChanges: [] }, context };
  };
  let head = { sequence: 0, hash: GENESIS_HASH };
  for (let step = 0; step < STEPS; step += 1) {
    const events = Array.from({ length: STEP }, (_, n) => remembered(n));
    if (step === 0) events.unshift({ event: genesis(TIME, 1), context } as (typeof events)[number]);
    const sealed = sealAll(events, { time: TIME }, head);
    await store.commit({ expectedSequence: head.sequence, relayed: 0, ...sealed });
    head = sealed.entries.at(-1) ?? head;
  }
  await store.close();
}

/** Starts a command on a data folder. */
function start(name: string, file: string, dataDir: string) {
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", CLI, name, file],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env["PATH"], VEGA_DATA_DIR: dataDir },
    },
  );
  children.push(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  return { child, ended: once(child, "close"), output: () => output };
}

async function finish(name: string, file: string, dataDir: string): Promise<void> {
  const { child, ended, output } = start(name, file, dataDir);
  await ended;
  expect([child.exitCode, output()]).toEqual([0, expect.stringMatching(/restored/)]);
}

/** Ends a command with kill -9 once its files have grown. @param result deleted before another attempt */
async function killInTheMiddle(
  grown: () => Promise<boolean>,
  result: string,
  ...[name, file, dataDir]: Parameters<typeof start>
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const { child, ended, output } = start(name, file, dataDir);
    await until("the files have grown", async () => child.exitCode !== null || (await grown()));
    child.kill("SIGKILL");
    await ended;
    if (child.signalCode === "SIGKILL" || tries === TRIES) {
      expect([child.signalCode, output()]).toEqual([
        "SIGKILL",
        expect.not.stringMatching(/wrote|restored/),
      ]);
      return;
    }
    await rm(result, { recursive: true, force: true });
  }
}

/** Bytes of all files below a folder whose names start with the prefix. */
async function bytesOf(of: string, prefix: string): Promise<number> {
  const found = (await readdir(of, { recursive: true })).filter((name) => name.startsWith(prefix));
  const sizes = await Promise.all(found.map(async (name) => (await stat(join(of, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function expectWhole(dataDir: string): Promise<void> {
  const config = { kind: "sqlite" as const, folder: dataDir };
  const entries = STEPS * STEP + 1;
  expect(await verifyDatabase(config)).toMatchObject({ sound: true, entries });
  expect(await replayDatabase(config, 0)).toMatchObject({ same: true, entries });
}

test("a backup that is killed while it writes leaves no file with the name of the backup", async () => {
  const target = join(work, "out.vega");
  const grown = async () => (await bytesOf(work, ".vega-backup-")) > GROWN_BYTES;
  await killInTheMiddle(grown, target, "backup", target, source);
  const left = await readdir(work);
  expect(left).not.toContain("out.vega");
  const half = left.find((name) => !name.endsWith(".lock")) ?? "";
  await expect(readManifest(join(work, half))).rejects.toThrow(/unpacked|cut short/);
  await expectWhole(source);

  await finish("backup", target, source);
  expect(await readdir(work)).toEqual(["out.vega"]);
});

test("a backup that is killed while it is verified does not count, and the next one cleans up", async () => {
  const target = join(work, "out.vega");
  const grown = async () => (await bytesOf(work, ".vega-prove-")) > GROWN_BYTES;
  await killInTheMiddle(grown, target, "backup", target, source);
  expect(await readdir(work)).not.toContain("out.vega");

  await finish("backup", target, source);
  expect(await readdir(work)).toEqual(["out.vega"]);
  expect((await proveBackup(target, work)).sequence).toBe(STEPS * STEP + 1);
});

test("a restore that is killed leaves a folder without a database, and an unchanged backup", async () => {
  const target = join(work, "data");
  const before = await readFile(backup);
  const grown = async () => (await bytesOf(target, "vega.db.restoring-")) > GROWN_BYTES;
  await killInTheMiddle(grown, target, "restore", backup, target);
  const left = await readdir(target);
  expect(left).not.toContain("vega.db");
  expect(left).not.toContain("log-id");
  expect(before.equals(await readFile(backup))).toBe(true);

  await finish("restore", backup, target);
  const names = await readdir(target);
  expect(names).toEqual(expect.arrayContaining(["vega.db", "log-id"]));
  expect(names.filter((name) => name.includes("restoring"))).toEqual([]);
  await expectWhole(target);
});
