import { createLogger } from "@vega/service-kit";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createWriter } from "../log/writer.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { openBackups } from "./backups.ts";
import { withoutBlobs } from "./testing.ts";

const DAY_MS = 24 * 3_600_000;

test("a backup of a clock that was ahead is no reason to make none, and outlives none that is right", async () => {
  const folder = await mkdtemp(join(tmpdir(), "vega-backups-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const store = await openSqliteStore(join(folder, "vega.db"));
  onTestFinished(() => store.close());
  const right = Date.parse("2026-01-31T12:00:00.000Z");
  const writer = createWriter({
    store,
    now: () => new Date(right).toISOString(),
    timeScale: 1,
    relayed: () => 0,
    onCommit: () => undefined,
    onCommitFailed: () => undefined,
  });
  await writer.open();
  let now = right + 40 * DAY_MS;
  const backups = await openBackups({
    store,
    blobs: withoutBlobs(folder).blobs,
    logId: "a-log",
    config: {
      folder,
      intervalMs: DAY_MS,
      phases: 0,
      keep: { daily: 1, weekly: 0, monthly: 0 },
    },
    iterationAt: () => Promise.resolve(0),
    log: createLogger("test", "silent"),
    now: () => now,
  });
  const times = async () => (await backups.list()).map(({ created_at }) => Date.parse(created_at));
  await backups.due();
  const ahead = now;
  expect(await times()).toEqual([ahead]);
  now = right;
  await backups.due();
  expect(await times()).toEqual([ahead, right]);
  expect(backups.newest()?.created_at).toBe(new Date(right).toISOString());
  now = right + DAY_MS - 1;
  await backups.due();
  expect(await times()).toEqual([ahead, right]);
  now = right + DAY_MS;
  await backups.due();
  expect(await times()).toEqual([ahead, now]);
});
