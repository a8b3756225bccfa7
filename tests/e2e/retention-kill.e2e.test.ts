import { memory, memoryId, systemContext } from "@vega/contracts";
import { replayDatabase, verifyDatabase } from "@vega/state";
import { until } from "@vega/test-support";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkIntegrity } from "../../services/state/src/verification/integrity.ts";
import { sealAll } from "../../services/state/src/log/seal-all.ts";
import { GENESIS_HASH } from "../../services/state/src/log/chain.ts";
import { genesis } from "../../services/state/src/entities/crystal/seed.ts";
import { openSqliteStore } from "../../services/state/src/store/sqlite/sqlite-store.ts";

/* kill -9 of a process that compacts a log in both stages: to hours, and to days. */

const HOURS = 36;
const AN_HOUR = 5;
const HOUR_MS = 3_600_000;
const BEGUN = Date.parse("2026-01-01T00:00:00.000Z");
const NOW = new Date(BEGUN + 30 * 24 * HOUR_MS).toISOString();

const CHILD = fileURLToPath(new URL("./compaction-child.ts", import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vega-retention-kill-"));
  await fill(join(folder, "filled.db"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function fill(path: string): Promise<void> {
  const store = await openSqliteStore(path);
  const context = systemContext("test");
  let head = { sequence: 0, hash: GENESIS_HASH };
  for (let hour = 0; hour < HOURS; hour += 1) {
    const time = new Date(BEGUN + hour * HOUR_MS).toISOString();
    const remembered = Array.from({ length: AN_HOUR }, (_, n) => {
      const [namespace, key] = ["default", `k${n % 2}`];
      const value = { namespace, key, value: hour * AN_HOUR + n, expires_at: null };
      const data = { ...value, updated_at: time, bytes: 3 };
      const subject = `memory/${memoryId(namespace, key)}`;
      return {
        event: { type: memory.events.changed.type, subject, data, sideChanges: [] },
        context,
      };
    });
    const first = { event: genesis(time, 1), context } as (typeof remembered)[number];
    const sealed = sealAll(hour === 0 ? [first, ...remembered] : remembered, { time }, head);
    await store.commit({ expectedSequence: head.sequence, relayed: 0, ...sealed });
    head = sealed.entries.at(-1) ?? head;
  }
  await store.close();
}

async function newFolder(name: string): Promise<string> {
  const made = join(folder, name);
  await mkdir(made);
  await copyFile(join(folder, "filled.db"), join(made, "vega.db"));
  return made;
}

function compact(dataFolder: string) {
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", CHILD, join(dataFolder, "vega.db"), NOW],
    { stdio: ["ignore", "inherit", "inherit"], env: { PATH: process.env["PATH"] } },
  );
  return { child, ended: once(child, "close") };
}

/** Number of compactions so far, read from the database file. */
function steps(dataFolder: string): number {
  const database = new DatabaseSync(join(dataFolder, "vega.db"), { readOnly: true });
  try {
    const { count } = database
      .prepare("SELECT count(*) AS count FROM log WHERE type = 'vega.log.thinned.v1'")
      .get() as { count: number };
    return count;
  } finally {
    database.close();
  }
}

async function keptOf(dataFolder: string): Promise<number[]> {
  const store = await openSqliteStore(join(dataFolder, "vega.db"));
  try {
    await checkIntegrity(store);
    const entries = await store.readLog({ after: 0, limit: 10_000 });
    return entries
      .filter(({ type }) => type === memory.events.changed.type)
      .map(({ sequence }) => sequence);
  } finally {
    await store.close();
  }
}

test("after a kill at any point the log is sound, and the next compaction finishes the work", async () => {
  const [calm, killed] = [await newFolder("calm"), await newFolder("killed")];
  const undisturbed = compact(calm);
  let before = 0;
  for (const more of [1, 5, 10]) {
    const { child, ended } = compact(killed);
    const goal = before + more;
    await until(
      "some compactions are stored",
      () => steps(killed) >= goal || child.exitCode !== null,
    );
    child.kill("SIGKILL");
    await ended;
    expect(child.signalCode).toBe("SIGKILL");
    const config = { kind: "sqlite", folder: killed } as const;
    expect(await verifyDatabase(config)).toMatchObject({ sound: true });
    expect(await replayDatabase(config, 0)).toMatchObject({ same: true });
    await keptOf(killed);
    before = steps(killed);
    expect(before).toBeGreaterThanOrEqual(goal);
  }
  await compact(killed).ended;
  await undisturbed.ended;
  const kept = await keptOf(calm);
  // The last entry of each day for each of the two keys.
  expect(kept).toHaveLength(2 * Math.ceil(HOURS / 24));
  expect(await keptOf(killed)).toEqual(kept);
  expect(await verifyDatabase({ kind: "sqlite", folder: killed })).toMatchObject({ sound: true });
});
