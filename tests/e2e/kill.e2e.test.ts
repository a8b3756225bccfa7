import { changesOf, loop } from "@vega/contracts";
import { replayDatabase } from "@vega/state";
import type { Platform } from "@vega/test-support";
import {
  createPlatform,
  startSubscriber,
  startWriter,
  publicSequences,
  until,
} from "@vega/test-support";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { firstBreak, GENESIS_HASH } from "../../services/state/src/log/chain.ts";
import { openSqliteStore } from "../../services/state/src/store/sqlite/sqlite-store.ts";
import type { LogEntry } from "../../services/state/src/store/store.ts";

const ROUNDS = 12;
const WRITERS = 6;
const VICTIMS = ["state", "gateway", "loop", "nats-server", "ai", "auth"];

let platform: Platform;
beforeAll(async () => {
  platform = await createPlatform({ LOOP_TIME_SCALE: "0.05" });
  await platform.start();
});
afterAll(() => platform?.close());

async function readStore(): Promise<{ entries: LogEntry[]; values: Map<string, unknown> }> {
  const store = await openSqliteStore(join(platform.folder, "data", "vega.db"));
  const entries: LogEntry[] = [];
  for (;;) {
    const page = await store.readLog({ after: entries.length, limit: 1_000 });
    entries.push(...page);
    if (page.length === 0) break;
  }
  const documents = await store.query("memory", {});
  expect(await store.check()).toEqual([]);
  await store.close();
  return { entries, values: new Map(documents.map(({ id, body }) => [id, body["value"]])) };
}

const replay = () => replayDatabase({ kind: "sqlite", folder: join(platform.folder, "data") }, 0);

test(
  `${ROUNDS} times kill -9 of a process during writes: no acknowledged write is lost`,
  { timeout: 240_000 },
  async () => {
    const subscriber = startSubscriber(platform);
    const writers = Array.from({ length: WRITERS }, (_, n) => startWriter(platform, `chaos${n}`));
    const total = () => writers.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0);

    for (let round = 0; round < ROUNDS; round += 1) {
      const before = total();
      await until("writes succeed again", () => total() > before + 10, 60_000);
      await platform.killChild(VICTIMS[round % VICTIMS.length] ?? "state");
    }
    const before = total();
    await until("writes succeed again", () => total() > before + 10, 60_000);
    for (const writer of writers) await writer.stop();
    await platform.ready();
    const head = Number((await platform.api.get("/api/memory")).headers.get("vega-sequence"));
    await platform.api.send("POST", "/api/infinity-loop/stop");
    await until("the subscriber has all events", () => (subscriber.ids.at(-1) ?? 0) >= head);
    await subscriber.stop();
    await platform.end("SIGTERM");

    const { entries, values } = await readStore();
    expect(firstBreak(entries, { sequence: 0, hash: GENESIS_HASH })).toBeUndefined();
    expect(entries.at(-1)?.sequence).toBe(entries.length);

    // The documents equal a replay of the log.
    expect(await replay()).toMatchObject({ same: true, entries: entries.length });

    const written = new Map<string, number>();
    for (const entry of entries.filter(({ type }) => type === "vega.memory.changed.v1")) {
      for (const { id } of changesOf(entry)) written.set(id, (written.get(id) ?? 0) + 1);
    }
    expect(total()).toBeGreaterThan(ROUNDS * 10);
    for (const { acknowledged } of writers) {
      for (const [id, value] of acknowledged) expect(values.get(id), id).toBe(value);
    }
    expect([...written.values()].filter((count) => count !== 1)).toEqual([]);

    const iterations = entries
      .filter(({ type }) => type === loop.events.iterated.type)
      .map(({ data }) => loop.events.iterated.data.parse(data).tick.iteration);
    expect(iterations.length).toBeGreaterThan(ROUNDS);
    expect(iterations).toEqual(iterations.map((_, index) => index + 1));

    expect(subscriber.resyncs()).toBe(0);
    expect(subscriber.ids.length).toBeGreaterThan(total());
    const range = [subscriber.ids[0], subscriber.ids.at(-1)];
    expect(subscriber.ids).toEqual(publicSequences(entries, range));
  },
);
