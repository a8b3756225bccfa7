import type { Crystal } from "@vega/contracts";
import { createLogger } from "@vega/service-kit";
import fc from "fast-check";
import { randomUUID } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { startSecantus } from "../../../../tools/secantus/start.ts";
import { openMongoStore } from "../store/mongo/mongo-store.ts";
import { crystalAt } from "./as-of.ts";
import { replayLog } from "../verification/replay.ts";
import { startRetention } from "../retention/retention.ts";
import { step, take } from "./testing.ts";
import { verifyLog } from "../verification/verify-log.ts";
import { loadWorkingSet } from "../log/working-set.ts";
import { createWriter } from "../log/writer.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

const tell = (text: string) => console.warn(text);
const server = await startSecantus({ log: tell }).catch((error: unknown) => {
  // Where releases are made these tests have to run; elsewhere a machine may lack what they need.
  if (process.env["CI"]) throw error;
  tell(`SKIPPED: the past was not looked at on MongoDB. ${String(error)}`);
});
afterAll(() => server?.close());

describe.skipIf(!server)("on MongoDB", () => {
  test("as of every sequence it is what it was then, also where older days were thinned out", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 12 }), async (steps) => {
        let now = Date.parse("2026-01-31T12:00:00.000Z");
        const store = await openMongoStore(server?.urlOf(`p${randomUUID().slice(0, 8)}`) ?? "");
        const writer = createWriter({
          store,
          now: () => new Date(now).toISOString(),
          timeScale: 1,
          relayed: () => 0,
          onCommit: () => undefined,
          onCommitFailed: () => undefined,
        });
        await writer.open();
        const was = new Map<number, Crystal>();
        const note = async () =>
          void was.set(writer.head().sequence, (await loadWorkingSet(store)).crystal());
        await note();
        for (const one of steps) {
          now += 1_000;
          await take(one, store, writer);
          await note();
        }
        for (const [sequence, crystal] of was) {
          expect(await crystalAt(store, sequence)).toEqual(crystal);
        }
        now += 8 * DAY_MS;
        await startRetention({
          store,
          writer,
          config: { days: 7, hourlyDays: 30, auditDays: 0 },
          log: createLogger("test", "silent"),
          now: () => now,
          relayed: () => Infinity,
          hold: () => false,
        }).due();
        for (const [sequence, crystal] of was) {
          const told = await crystalAt(store, sequence).catch((error: unknown) => error);
          if (told instanceof Error) expect(told).toMatchObject({ code: "gone" });
          else expect(told).toEqual(crystal);
        }
        expect(await verifyLog(store)).toMatchObject({ sound: true });
        expect(await replayLog(store)).toMatchObject({ same: true });
        await store.close();
      }),
      { numRuns: 2 },
    );
  }, 120_000);
});
