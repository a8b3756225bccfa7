import { replayDatabase } from "@vega/state";
import type { Network } from "@vega/test-support";
import { startNetwork, until } from "@vega/test-support";
import { mkdtemp, readdir, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { restoreBackup } from "../../services/state/src/backup/backup.ts";
import { openSqliteStore } from "../../services/state/src/store/sqlite/sqlite-store.ts";

let network: Network;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vega-backups-"));
});
afterEach(async () => {
  await network?.close();
  await rm(folder, { recursive: true, force: true });
});

const admin = { authorization: "Bearer a-token-for-tests-only" };
const list = async () => (await network.api.get("/api/admin/backups", admin)).body;

test("a backup of an administrator is listed and restores the state", async () => {
  network = await startNetwork({ env: { VEGA_BACKUP_HOURS: "0" } });
  const { api } = network;
  await api.send("POST", "/api/memory-update", { update: { topic: "ravens" } });
  const made = await api.send("POST", "/api/admin/backups");
  expect(made.status).toBe(201);
  const { backup } = made.body;
  expect((await stat(backup.file)).size).toBe(backup.bytes);
  expect(await list()).toEqual({ backups: [backup], running: false, last_error: null });
  expect((await api.raw("/api/admin/backups", { method: "POST" })).status).toBe(401);
  // Retention does not remove requested backups.
  const second = (await api.send("POST", "/api/admin/backups")).body.backup;
  expect((await list()).backups).toEqual([second, backup]);
  await until("it is in the audit trail", async () => {
    const found = await api.get("/api/audit?action=vega.admin.read", admin);
    return JSON.stringify(found.body.entries).includes('{"route":"/api/admin/backups"}');
  });

  const target = join(folder, "target");
  await restoreBackup({ kind: "sqlite", folder: target }, backup.file);
  const store = await openSqliteStore(join(target, "vega.db"), "read");
  expect((await store.get("memory", "default/topic"))?.["value"]).toBe("ravens");
  await store.close();
});

/** The mirror core after one more iteration. */
async function mirrorCore() {
  await network.api.send("POST", "/api/infinity-loop/iterate");
  return (await network.api.get("/api/cores")).body.mirror;
}

test("the mirror core shows the age of the newest verified backup, also after a restart", async () => {
  network = await startNetwork({ env: { VEGA_BACKUP_HOURS: "0" } });
  expect(await mirrorCore()).toMatchObject({
    power: 1,
    status: "initializing",
    evidence: { created_at: null, verified_at: null, failed: false },
  });
  const { backup } = (await network.api.send("POST", "/api/admin/backups")).body;
  const { created_at, verified_at, sequence } = backup;
  const shown = { power: 100, evidence: { created_at, verified_at, sequence } };
  expect(await mirrorCore()).toMatchObject(shown);
  await network.stop("state");
  await network.start("state");
  await network.ready();
  expect(await mirrorCore()).toMatchObject(shown);
  // The inputs of the cores are part of the ticks.
  const config = { kind: "sqlite" as const, folder: network.folder };
  expect(await replayDatabase(config, 0)).toMatchObject({ same: true });

  // A damaged file does not count from the next check on, at a start and with each phase 8.
  await truncate(backup.file, backup.bytes - 1);
  const gone = await until("the damaged backup does not count", async () => {
    const core = await mirrorCore();
    return core.power === 1 && core;
  });
  expect(gone.evidence.created_at).toBeNull();
});

test("scheduled backups are made, and retention removes old ones", async () => {
  network = await startNetwork({
    timeScale: 0.02,
    // About three a second, all on one day, so that one is kept.
    env: { VEGA_BACKUP_HOURS: "0.0001", VEGA_BACKUP_KEEP: "1,0,0", VEGA_BACKUP_DIR: folder },
  });
  const first = await until("the first backup is made", async () => (await list()).backups[0]);
  await until("a newer one takes its place", async () => {
    const { backups } = await list();
    return backups.length === 1 && backups[0].sequence > first.sequence;
  });
  const [log = ""] = await readdir(folder);
  await network.stop("state");
  expect((await readdir(join(folder, log))).filter((name) => name.endsWith(".vega"))).toHaveLength(
    1,
  );
  await network.start("state");
});

test("VEGA_BACKUP_PHASES triggers backups by iterations of phase 8", async () => {
  network = await startNetwork({
    timeScale: 0.02,
    env: { VEGA_BACKUP_HOURS: "0", VEGA_BACKUP_PHASES: "2", VEGA_BACKUP_DIR: folder },
  });
  const iterationOf = async ({ sequence }: { sequence: number }) => {
    const { body } = await network.api.get(`/api/status?sequence=${sequence}`);
    return body.meta.infinity_loop_iteration as number;
  };
  const after = (sequence: number) =>
    until("a backup is made", async () => {
      // The newest backup of a day is kept.
      const [newest] = (await list()).backups;
      return newest?.sequence > sequence && newest;
    });
  const first = await after(0);
  const second = await after(first.sequence);
  const third = await after(second.sequence);
  // Two phases 8 take six iterations.
  expect(await iterationOf(second)).toBeGreaterThanOrEqual((await iterationOf(first)) + 6);
  expect(await iterationOf(third)).toBeGreaterThanOrEqual((await iterationOf(second)) + 6);
});

test("a failed backup is reported, and the next one is tried", async () => {
  // A file in place of the folder makes backups fail.
  network = await startNetwork({ env: { VEGA_BACKUP_DIR: "/dev/null/backups" } });
  const refused = await network.api.send("POST", "/api/admin/backups");
  expect([refused.status, refused.body.detail]).toEqual([
    503,
    expect.stringMatching(/^no backup could be made: ENOTDIR/),
  ]);
  expect((await list()).last_error).toMatch(/ENOTDIR/);
  expect(await mirrorCore()).toMatchObject({ power: 0, status: "offline" });
});
