import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { startSecantus } from "../../../../scripts/secantus/start.ts";
import { genesis } from "../domain/seed.ts";
import { sealAll } from "../app/seal-all.ts";
import { GENESIS_HASH } from "../domain/chain.ts";
import { NASTY } from "../store/contract/fixtures.ts";
import { openMongoStore } from "../store/mongo/mongo-store.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { memoryChanged, memoryId, systemContext } from "@vega/contracts";
import { backupDatabase } from "../verify.ts";
import { restoreBackup } from "./backup.ts";

const TIME = "2026-01-31T12:00:00.000Z";
const tell = (text: string) => console.warn(text);
const server = await startSecantus({ log: tell }).catch((error: unknown) => {
  // Where releases are made these tests have to run; elsewhere a machine may lack what they need.
  if (process.env["CI"]) throw error;
  tell(`SKIPPED: backups were not tried on MongoDB. ${String(error)}`);
});
afterAll(() => server?.close());

describe.skipIf(!server)("a backup", () => {
  test("goes from SQLite to MongoDB and back, and is the same", async () => {
    const folder = await mkdtemp(join(tmpdir(), "vega-backup-mongo-"));
    try {
      await fill(join(folder, "vega.db"));
      const url = server?.urlOf(`backup${randomUUID().slice(0, 8)}`) ?? "";
      const [one, two] = [join(folder, "one.vega"), join(folder, "two.vega")];
      const first = await backupDatabase({ kind: "sqlite", folder }, one, TIME);
      await restoreBackup({ kind: "mongo", url }, one);
      await expect(restoreBackup({ kind: "mongo", url }, one)).rejects.toThrow("has a log already");
      const second = await backupDatabase({ kind: "mongo", url }, two, TIME);
      expect({ ...second, digest: "" }).toEqual({ ...first, digest: "" });
      const target = { kind: "sqlite" as const, folder: join(folder, "target") };
      await restoreBackup(target, two);
      const [before, after] = await Promise.all([
        logOf(join(folder, "vega.db")),
        logOf(join(target.folder, "vega.db")),
      ]);
      expect(after).toEqual(before);
      const mongo = await openMongoStore(url);
      expect((await mongo.get("memory", "default/nasty"))?.["value"]).toEqual(NASTY);
      await mongo.close();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

/** A fresh system that remembers what databases get wrong. */
async function fill(path: string): Promise<void> {
  const store = await openSqliteStore(path);
  const context = systemContext("test");
  const entry = {
    namespace: "default",
    key: "nasty",
    value: NASTY,
    expires_at: null,
    updated_at: TIME,
    bytes: Buffer.byteLength(JSON.stringify(NASTY)),
  };
  const remembered = {
    type: memoryChanged.type,
    subject: `memory/${memoryId("default", "nasty")}`,
    data: entry,
    attached: [],
  };
  const events = [genesis(TIME, 1), remembered].map((event) => ({ event, context }));
  const sealed = sealAll(events, TIME, { sequence: 0, hash: GENESIS_HASH });
  await store.commit({ expectedSequence: 0, relayed: 0, ...sealed });
  await store.close();
}

async function logOf(path: string) {
  const store = await openSqliteStore(path, "read");
  const log = await store.readLog({ after: 0, limit: 100 });
  await store.close();
  return log;
}
