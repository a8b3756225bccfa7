import { storedNamespace } from "@vega/contracts";
import { createMetrics } from "@vega/service-kit";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createGatewayMetrics } from "../metrics.ts";
import { LOG_ID, memoryEvent, moduleEvent } from "../testing/log.ts";
import { TestStream } from "../testing/stream.ts";
import type { EventHub, LogPage } from "./hub.ts";
import { createEventHub } from "./hub.ts";
import { ALL_TYPES, filterOf } from "./subscription.ts";

const config = { ringSize: 5, maxBufferedBytes: 1_000, heartbeatMs: 15_000, maxClients: 3 };
const { sse: metrics } = createGatewayMetrics(createMetrics());
const log = { debug: () => undefined } as unknown as Parameters<typeof createEventHub>[0]["log"];

let hub: EventHub;
let readLog: (after: number) => Promise<LogPage>;
let random: number;

beforeEach(() => {
  vi.useFakeTimers();
  readLog = async (after) => ({
    logId: LOG_ID,
    events: [1, 2, 3].map((step) => moduleEvent(after + step)),
  });
  random = 0.5;
  hub = createEventHub({
    config,
    log,
    metrics,
    readLog: (after) => readLog(after),
    random: () => random,
  });
  hub.reset({ sequence: 100, logId: LOG_ID });
});
afterEach(() => {
  hub.close();
  vi.useRealTimers();
});

function open(
  lastEventId?: string,
  types = ALL_TYPES,
  ofLog?: string,
  account: string | null = null,
): TestStream {
  const stream = new TestStream();
  const permissions = ["read", "memory"] as const;
  hub.open(stream, { lastEventId, types, log: ofLog, account, permissions, loggedIn: true });
  return stream;
}

function publish(from: number, to: number): void {
  for (let sequence = from; sequence <= to; sequence += 1) hub.publish(moduleEvent(sequence));
}

/** Lets pending promise callbacks run. */
const settle = () => vi.advanceTimersByTimeAsync(0);

test("a new client starts at the head and receives later events", () => {
  const client = open();
  publish(101, 102);
  expect(client.text.startsWith("retry: 2000\n\nid: 100\n")).toBe(true);
  expect(client.data()[0]).toEqual({ type: "connected", sequence: 100, log: LOG_ID });
  expect(client.ids()).toEqual([100, 101, 102]);
});

test("clients get different reconnect delays", () => {
  const delays = [0, 0.5, 0.999].map((value) => {
    random = value;
    return /^retry: (\d+)\n\n/.exec(open().text)?.[1];
  });
  expect(delays).toEqual(["1000", "2000", "2998"]);
});

test("clients that reconnect with the same id share one read of the log", async () => {
  let asked = 0;
  const read = readLog;
  readLog = (after) => {
    asked += 1;
    return read(after);
  };
  publish(101, 110);
  const clients = [open("102"), open("102"), open("102")];
  await settle();
  expect(asked).toBe(1);
  for (const client of clients) {
    expect(client.ids()).toEqual([102, 103, 104, 105, 106, 107, 108, 109, 110]);
  }
});

test("events of an account go to that account only, live and in a replay", async () => {
  const ada = "7b1f6f0a-3c1e-4a5e-9d53-2f4a1f0f9a11";
  const bob = "0d1c9a52-6b9b-4e0f-8f3f-5f0f7a6d2c33";
  const listeners = () =>
    [ada, bob, null].map((account) => open("100", ALL_TYPES, LOG_ID, account));
  const live = listeners();
  hub.publish(memoryEvent(101, storedNamespace(ada, "notes")));
  hub.publish(memoryEvent(102));
  const later = listeners();
  await settle();
  for (const [adas, bobs, anybodys] of [live, later]) {
    expect(adas?.ids()).toEqual([100, 101, 102]);
    expect(bobs?.ids()).toEqual([100, 102]);
    expect(anybodys?.ids()).toEqual([100, 102]);
    expect(adas?.data()[1]).toMatchObject({ type: "memory_changed", namespace: "notes" });
    expect(adas?.text).not.toContain(ada);
  }
  hub.endStreamsOf(ada);
  expect([...live, ...later].map(({ ended }) => ended)).toEqual([
    true,
    false,
    false,
    true,
    false,
    false,
  ]);
});

test("an id of another log causes a resync", () => {
  const client = open("98", ALL_TYPES, "another-log");
  publish(101, 101);
  expect(client.data().map(({ type, reason }) => [type, reason])).toEqual([
    ["connected", undefined],
    ["resync", "log_replaced"],
    ["module_changed", undefined],
  ]);
  const same = open("100", ALL_TYPES, LOG_ID);
  expect(same.types()).toEqual(["connected", "module_changed"]);
});

test("a heartbeat advances the id of a client with a filter", async () => {
  const found = filterOf(["loop_update"]);
  const client = open(undefined, "filter" in found ? found.filter : []);
  publish(101, 104);
  await vi.advanceTimersByTimeAsync(config.heartbeatMs);
  expect(client.text.endsWith("id: 104\n: heartbeat\n\n")).toBe(true);
  expect(client.types()).toEqual(["connected"]);
});

test("a reconnecting client gets missed events from memory, then live ones", async () => {
  publish(101, 104);
  const client = open("102");
  await settle();
  publish(105, 105);
  expect(client.ids()).toEqual([102, 103, 104, 105]);
});

test("events beyond the ring are replayed from the log without gap or duplicate", async () => {
  publish(101, 110);
  const client = open("96");
  await settle();
  publish(111, 112);
  await settle();
  const ids = Array.from({ length: 17 }, (_, index) => 96 + index);
  expect(client.ids()).toEqual(ids);
});

test("events during a replay are neither lost nor duplicated", async () => {
  publish(101, 110);
  const pages = Promise.withResolvers<void>();
  const read = readLog;
  readLog = async (after) => {
    await pages.promise;
    return read(after);
  };
  const client = open("90");
  await settle();
  publish(111, 120);
  expect(client.ids()).toEqual([90]);
  pages.resolve();
  await settle();
  expect(client.ids()).toEqual(Array.from({ length: 31 }, (_, index) => 90 + index));
});

test("a replay respects backpressure", async () => {
  publish(101, 110);
  let reads = 0;
  const read = readLog;
  readLog = async (after) => {
    reads += 1;
    return read(after);
  };
  const client = open("50");
  client.stopReading();
  await settle();
  expect(reads).toBe(1);
  client.readOn();
  await settle();
  expect(client.ids().at(-1)).toBe(110);
});

test.each([
  ["x", "invalid_id"],
  ["101", "unknown_id"],
])("an unusable id (%s) causes one resync, then live events", (id, reason) => {
  const client = open(id);
  publish(101, 101);
  expect(client.types()).toEqual(["connected", "resync", "module_changed"]);
  expect(client.data()[1]).toEqual({ type: "resync", reason, sequence: 100 });
  expect(client.ids()).toEqual([100, 100, 101]);
});

test("a replaced log causes a resync of all clients", async () => {
  const live = open();
  readLog = () => new Promise(() => undefined);
  const replaying = open("3");
  hub.reset({ sequence: 7, logId: "log-b" });
  hub.publish(moduleEvent(8));
  await settle();
  for (const client of [live, replaying]) {
    expect(client.data().at(-2)).toEqual({ type: "resync", reason: "log_replaced", sequence: 7 });
    expect(client.ids().at(-1)).toBe(8);
  }
});

test("a log replaced during a replay causes a resync", async () => {
  readLog = async () => ({ logId: "log-b", events: [] });
  const client = open("3");
  await settle();
  publish(101, 101);
  expect(client.types()).toEqual(["connected", "resync", "module_changed"]);
});

test("a compacted range after the id causes a resync", async () => {
  readLog = async () => ({ logId: LOG_ID, events: [moduleEvent(40), moduleEvent(41)] });
  const client = open("3");
  await settle();
  publish(101, 101);
  expect(client.types()).toEqual(["connected", "resync", "module_changed"]);
  expect(client.data()[1]).toEqual({ type: "resync", reason: "thinned", sequence: 100 });
});

test("a failed replay disconnects the client, which can resume", async () => {
  readLog = async () => {
    throw new Error("state is unavailable");
  };
  const client = open("3");
  await settle();
  expect(client.destroyed).toBe(true);
  expect(hub.clients()).toBe(0);
});

test("a filter applies to live events and replays", async () => {
  const only = filterOf(["memory_changed"]);
  const types = "filter" in only ? only.filter : [];
  hub.publish(moduleEvent(101));
  hub.publish(memoryEvent(102));
  const client = open("100", types);
  await settle();
  hub.publish(moduleEvent(103));
  hub.publish(memoryEvent(104));
  expect(client.ids()).toEqual([100, 102, 104]);
});

test("a client above the buffer limit is disconnected", () => {
  const client = open();
  client.stopReading();
  publish(101, 120);
  expect(client.destroyed).toBe(true);
  expect(hub.clients()).toBe(0);
});

test("heartbeats are comments; a client that never reads is disconnected", async () => {
  const reading = open();
  const stuck = open();
  stuck.stopReading();
  publish(101, 101);
  await vi.advanceTimersByTimeAsync(4 * config.heartbeatMs);
  expect(reading.text.match(/^: heartbeat$/gm)).toHaveLength(4);
  expect(stuck.destroyed).toBe(true);
  expect(reading.destroyed).toBe(false);
});

test("the client limit counts open streams only", () => {
  const clients = [open(), open(), open()];
  expect(hub.full()).toBe(true);
  clients[0]?.destroy();
  expect(hub.full()).toBe(false);
  expect(hub.clients()).toBe(2);
});

test("close ends all streams", () => {
  const client = open();
  hub.close();
  expect(client.ended).toBe(true);
  expect(hub.closed()).toBe(true);
});
