import {
  ALL_EVENTS_SUBJECT,
  EVENTS_STREAM,
  cloudEventSchema,
  crystal,
  systemContext,
} from "@vega/contracts";
import type { CloudEvent } from "@vega/contracts";
import { lastMessage, readMessage, request } from "@vega/messaging";
import type { Network } from "@vega/test-support";
import {
  readStreamUpTo,
  readWholeLog,
  startNetwork,
  publicSequences,
  until,
} from "@vega/test-support";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const context = systemContext("test");

let network: Network;
beforeEach(async () => {
  network = await startNetwork();
});
afterEach(() => network?.close());

const keysOf = (events: readonly CloudEvent[]) =>
  events
    .filter(({ type }) => type === "vega.memory.changed.v1")
    .map(({ data }) => (data as { key: string }).key);

test("2,000 concurrent writes: each acknowledged one is in the store and in the log once", async () => {
  const keys = Array.from({ length: 2_000 }, (_, n) => `space${n % 4}/k${n}`);
  const answers = await Promise.all(
    keys.map((key) => network.api.send("PUT", `/api/memory/${key}`, { value: key })),
  );
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  const log = await readWholeLog(network.bus);
  const logged = keysOf(log);
  expect(logged.toSorted()).toEqual(keys.map((key) => key.split("/")[1] ?? "").toSorted());
  const stored: string[] = [];
  for (const space of [0, 1, 2, 3]) {
    const { body } = await network.api.get(`/api/memory/space${space}`);
    stored.push(...body.entries.map((entry: { value: string }) => entry.value));
  }
  expect(stored.toSorted()).toEqual(keys.toSorted());
  const stream = await readStreamUpTo(network.bus, log.length);
  expect(stream).toEqual(log.map(({ sequence }) => sequence));
});

test("after a restart of all services, state, memory, loop and streams are unchanged", async () => {
  const { api } = network;
  await api.send("POST", "/api/agents/miracore/activate");
  await api.send("POST", "/api/memory-update", { update: { topic: "ravens" } });
  await api.send("PUT", "/api/memory/brief/k", { value: 1, ttl_seconds: 3_600 });
  await api.send("POST", "/api/infinity-loop/iterate");
  const paths = [
    "/api/status",
    "/api/memory",
    "/api/memory/brief",
    "/api/infinity-loop",
    "/api/cores",
  ];
  const read = () => Promise.all(paths.map(async (path) => (await api.get(path)).body));
  const before = await read();
  const sse = await api.events();
  const connected = await sse.next(({ data }) => data.type === "connected");
  sse.close();

  await network.restartAll();
  expect(await read()).toEqual(before);
  await api.send("PATCH", "/api/modules/relax", { status: "inactive" });
  const resumed = await api.events("", connected.id);
  const next = await resumed.next(({ data }) => data.type === "module_changed");
  const range = [Number(connected.id) + 1, Number(next.id)];
  expect(publicSequences(await readWholeLog(network.bus), range)).toEqual([Number(next.id)]);
  resumed.close();
});

describe("the bus", () => {
  test(
    "is down for ten seconds: writes fail with 503 meanwhile, and nothing is lost",
    { timeout: 60_000 },
    async () => {
      const { api, nats } = network;
      await api.send("POST", "/api/memory-update", { update: { before: 1 } });
      await nats.kill();
      await until(
        "the gateway is not ready",
        async () => (await fetch(`${api.url}/readyz`)).status === 503,
      );
      for (const end = performance.now() + 10_000; performance.now() < end; await delay(200)) {
        const refused = await api.send("POST", "/api/memory-update", { update: { between: 1 } });
        expect(refused.status).toBe(503);
        expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
      }
      expect((await fetch(`${api.url}/livez`)).status).toBe(200);
      // The read model can still be read.
      expect((await api.get("/api/status")).status).toBe(200);
      expect((await api.get("/api/health")).body).toMatchObject({
        status: "degraded",
        nats: "away",
      });

      await nats.restart();
      await network.ready();
      expect(
        (await api.send("POST", "/api/memory-update", { update: { after: 1 } })).body.memory,
      ).toEqual({
        before: 1,
        after: 1,
      });
      expect(keysOf(await readWholeLog(network.bus))).toEqual(["before", "after"]);
    },
  );

  test("returns without its storage: subscribers miss nothing", async () => {
    const { api, nats } = network;
    const sse = await api.events();
    await api.send("POST", "/api/memory-update", { update: { before: 1 } });
    await sse.next(({ data }) => data["key"] === "before");
    await nats.restart({ wipe: true });
    // State creates the stream before the first write, because observers read it.
    await until("the stream exists", async () => {
      const manager = await network.bus.manager();
      return manager.streams.info(EVENTS_STREAM.name);
    });
    // Readiness may not have detected the short outage yet.
    await until("writes succeed again", async () => {
      return (
        (await api.send("POST", "/api/memory-update", { update: { after: 1 } })).status === 200
      );
    });
    await sse.next(({ data }) => data["key"] === "after");
    const ids = sse.events.map(({ id }) => Number(id)).slice(1);
    expect(ids).toEqual(publicSequences(await readWholeLog(network.bus), [ids[0], ids.at(-1)]));
    sse.close();
    // The relay continues at the end of the log.
    const head = (await request(network.bus, crystal.requests.get, {}, context)).sequence;
    await until("the stream holds the last entry", async () => {
      const last = await lastMessage(network.bus, EVENTS_STREAM.name, ALL_EVENTS_SUBJECT);
      const event = last && readMessage(cloudEventSchema, last.text);
      return event && event.sequence >= head;
    });
  });
});

test("the database is locked for five seconds: writes and readiness fail, and nothing is lost", async () => {
  const { api } = network;
  await api.send("POST", "/api/memory-update", { update: { before: 1 } });
  const other = new DatabaseSync(join(network.folder, "vega.db"));
  other.exec("BEGIN EXCLUSIVE");
  const end = performance.now() + 5_000;
  let refused = 0;
  let red = 0;
  while (performance.now() < end) {
    const { status, headers } = await api.send("PUT", `/api/memory/a/k${refused}`, { value: 1 });
    expect(status).toBe(503);
    expect(headers.get("retry-after")).not.toBeNull();
    refused += 1;
    if ((await fetch(`${api.url}/readyz`)).status === 503) red += 1;
  }
  expect(red).toBeGreaterThan(0);
  other.exec("ROLLBACK");
  other.close();
  await network.ready();
  const after = await until("writes succeed again", async () => {
    const answer = await api.send("POST", "/api/memory-update", { update: { after: 1 } });
    return answer.status === 200 && answer;
  });
  expect(after.body.memory).toEqual({ before: 1, after: 1 });
  expect(
    keysOf(await readWholeLog(network.bus)).filter((key) => key === "before" || key === "after"),
  ).toEqual(["before", "after"]);
});

test("state stops and starts: writes fail meanwhile, and reads continue", async () => {
  const { api } = network;
  await network.stop("state");
  const refused = await api.send("PUT", "/api/memory/a/k", { value: 1 });
  expect(refused.status).toBe(503);
  expect(refused.headers.get("retry-after")).not.toBeNull();
  await until(
    "the gateway is not ready",
    async () => (await fetch(`${api.url}/readyz`)).status === 503,
  );
  expect((await api.get("/api/status")).status).toBe(200);
  await network.start("state");
  await network.ready();
  expect((await api.send("PUT", "/api/memory/a/k", { value: 1 })).status).toBe(200);
});
