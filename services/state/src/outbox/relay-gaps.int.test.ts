import { users } from "@vega/contracts";
import type { Bus } from "@vega/messaging";
import { connectBus } from "@vega/messaging";
import { createLogger } from "@vega/service-kit";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { NatsServer } from "../../../../tests/support/src/nats-server.ts";
import { startNatsServer } from "../../../../tests/support/src/nats-server.ts";
import { readStreamUpTo } from "../../../../tests/support/src/log.ts";
import { until } from "../../../../tests/support/src/until.ts";
import { batchOf, entriesAfter, entryAfter } from "../store/contract/fixtures.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { eraseMessages } from "./erased-messages.ts";
import { startRelay } from "./relay.ts";

/** More than what the relay publishes at once. */
const ENTRIES = 900;
/** What is left of the first of them. */
const isKept = (sequence: number) => sequence === 1 || sequence % 3 === 0 || sequence > 600;

let nats: NatsServer;
let bus: Bus;
let folder: string;
beforeAll(async () => {
  nats = await startNatsServer();
  bus = await connectBus({ url: nats.url, name: "test", log: createLogger("test", "silent") });
  folder = await mkdtemp(join(tmpdir(), "vega-relay-gaps-"));
});
afterAll(async () => {
  await bus.close();
  await nats.close();
  await rm(folder, { recursive: true });
});

async function relayOf(store: Store) {
  const head = await store.head();
  if (!head) throw new Error("the log is empty");
  return { head, relay: startRelay({ bus, store, head, now: Date.now }) };
}

test("a log with gaps goes to a bus that held another one, once, and what is erased of it goes from there", async () => {
  const other = await openSqliteStore(join(folder, "other.db"));
  await other.commit(batchOf(entriesAfter(undefined, 5)));
  const before = await relayOf(other);
  await until("the other log is on the bus", () => before.relay.relayed() === 5);
  await before.relay.stop();
  await other.close();

  const store = await openSqliteStore(join(folder, "thinned.db"));
  const entries = entriesAfter(undefined, ENTRIES);
  await store.commit(batchOf(entries));
  const sequences = entries.map(({ sequence }) => sequence);
  const kept = sequences.filter(isKept);
  const wanted = [1, 3, 300, 603, ENTRIES];
  const erasure = entryAfter(
    entries.at(-1),
    { user_id: randomUUID(), erased: wanted },
    { type: users.events.erased.type, time: new Date().toISOString() },
  );
  const removed = sequences.filter((sequence) => !isKept(sequence));
  await store.commit({ ...batchOf([erasure]), removed });

  const { head, relay } = await relayOf(store);
  await until("the log is on the bus", () => relay.relayed() === head.sequence);
  expect(relay.lagSeconds()).toBe(0);
  expect(await readStreamUpTo(bus, head.sequence)).toEqual([...kept, head.sequence]);

  const erasing = eraseMessages({ bus, store, relay, logId: head.logId, now: Date.now });
  const left = kept.filter((sequence) => !wanted.includes(sequence));
  await until("what was erased is gone", async () => {
    const there = await readStreamUpTo(bus, head.sequence);
    return there.length === left.length + 1;
  });
  expect(await readStreamUpTo(bus, head.sequence)).toEqual([...left, head.sequence]);
  await erasing.stop();
  await relay.stop();
  await store.close();
});
