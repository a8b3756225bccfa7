import type { Network, ReceivedEvent, SseClient } from "@vega/test-support";
import { startNetwork, until } from "@vega/test-support";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";

const RING = 16;

let network: Network;
beforeAll(async () => {
  network = await startNetwork({
    replicas: { gateway: 2 },
    env: {
      VEGA_SSE_RING: String(RING),
      VEGA_SSE_HEARTBEAT_MS: "100",
      VEGA_SSE_BUFFER_BYTES: "65536",
    },
  });
});
afterAll(() => network?.close());

const write = (key: string, value: unknown = 1) =>
  network.api.send("PUT", `/api/memory/sse/${key}`, { value });
const ids = (client: SseClient) =>
  client.events.filter(({ data }) => data.type !== "connected").map(({ id }) => Number(id));
const isKey = (key: string) => (event: ReceivedEvent) => event.data["key"] === key;
const connected = (client: SseClient) => client.next(({ data }) => data.type === "connected");

const rising = (numbers: readonly number[]) => numbers.map((_, n) => (numbers[0] ?? 0) + n);

test("a stream has the headers that turn off buffering in proxies", async () => {
  const client = await network.api.events();
  const { headers, status } = client.response;
  expect(status).toBe(200);
  expect(headers.get("content-type")).toMatch(/^text\/event-stream/);
  expect(headers.get("cache-control")).toBe("no-cache, no-transform");
  expect(headers.get("x-accel-buffering")).toBe("no");
  expect(headers.get("vega-sequence")).toMatch(/^\d+$/);
  client.close();
});

test("the wire format has retry, connected and heartbeats", async () => {
  const response = await fetch(`${network.api.url}/api/events`);
  const reader = response.body?.getReader();
  let text = "";
  const decoder = new TextDecoder();
  while (reader && !/\n:[^\n]*\n/.test(text)) {
    text += decoder.decode((await reader.read()).value, { stream: true });
  }
  await reader?.cancel();
  expect(text).toMatch(/^retry: \d+\n/);
  expect(text).toMatch(/id: \d+\ndata: \{"type":"connected"/);
  expect(text).not.toContain("event:");
});

test("every change is one event, in the order of the log, with the sequence as id", async () => {
  const client = await network.api.events();
  await connected(client);
  await network.api.send("POST", "/api/infinity-loop/stop");
  await network.api.send("POST", "/api/infinity-loop/start");
  await network.api.send("POST", "/api/infinity-loop/iterate");
  await network.api.send("POST", "/api/agents/ae_agent/activate");
  await network.api.send("PATCH", "/api/modules/relax", { status: "inactive" });
  await write("a");
  await network.api.send("DELETE", "/api/memory/sse/a");
  await client.next(({ data }) => data["deleted"] === true);
  const events = client.events.slice(1);
  expect(events.map(({ data }) => data.type)).toEqual([
    "loop_stopped",
    "loop_started",
    "loop_update",
    "agent_changed",
    "agent_changed",
    "module_changed",
    "memory_changed",
    "memory_changed",
  ]);
  expect(events.map(({ id }) => Number(id))).toEqual(rising(ids(client)));
  expect(events[2]?.data).toMatchObject({
    iteration: 1,
    phase: 5,
    cores: { alpha: { status: expect.any(String), power: expect.any(Number) } },
  });
  client.close();
});

test("a reconnect has no gap and no duplicate: from memory, from the log, at any gateway", async () => {
  const client = await network.api.events();
  const start = Number((await connected(client)).id);
  client.close();
  for (let n = 0; n < RING * 4; n += 1) await write(`k${n}`);
  const last = `k${RING * 4 - 1}`;
  for (const api of network.apis) {
    for (const back of [RING * 4, RING * 2, RING, 3, 1]) {
      const from = start + RING * 4 - back;
      const resumed = await api.events("", from);
      await resumed.next(isKey(last));
      expect(ids(resumed)).toEqual(Array.from({ length: back }, (_, n) => from + n + 1));
      expect((await connected(resumed)).id).toBe(String(from));
      resumed.close();
    }
  }
  const byQuery = await network.api.events(`?last_event_id=${start}`);
  await byQuery.next(isKey(last));
  expect(ids(byQuery)).toHaveLength(RING * 4);
  byQuery.close();
});

test("a reconnect during writes misses nothing", async () => {
  const client = await network.api.events();
  let at = Number((await connected(client)).id);
  client.close();
  const start = at;
  const total = 120;
  const writing = (async () => {
    for (let n = 0; n < total; n += 1) await write(`w${n}`);
  })();
  const seen: number[] = [];
  while (seen.length < total) {
    const resumed = await network.api.events("", at);
    const have = seen.length;
    await until("an event arrives", () => ids(resumed).length > 0 || seen.length >= total);
    seen.push(...ids(resumed));
    resumed.close();
    at = seen.at(-1) ?? at;
    expect(seen.length).toBeGreaterThan(have);
  }
  await writing;
  expect(seen).toEqual(Array.from({ length: total }, (_, n) => start + n + 1));
});

test("an id that cannot be replayed causes one resync, then new events", async () => {
  for (const id of ["nonsense", "-1", "1.5", "99999999"]) {
    const client = await network.api.events("", id);
    const resync = await client.next(({ data }) => data.type === "resync");
    const key = `after-${id.replace(/\W/g, "_")}`;
    await write(key);
    const next = await client.next(isKey(key));
    expect(Number(next.id)).toBe(Number(resync.id) + 1);
    expect(client.events.filter(({ data }) => data.type === "resync")).toHaveLength(1);
    client.close();
  }
});

test("types can be filtered, also in a replay", async () => {
  const client = await network.api.events("?types=module_changed,agent_changed");
  const start = (await connected(client)).id;
  await write("unseen");
  await network.api.send("PATCH", "/api/modules/relax", { status: "active" });
  await client.next(({ data }) => data.type === "module_changed");
  expect(client.events.map(({ data }) => data.type)).toEqual(["connected", "module_changed"]);
  client.close();
  const replayed = await network.api.events("?types=module_changed", start);
  await replayed.next(({ data }) => data.type === "module_changed");
  expect(replayed.events.map(({ data }) => data.type)).toEqual(["connected", "module_changed"]);
  replayed.close();
  const unknown = await network.api.get("/api/events?types=nonsense");
  expect(unknown.status).toBe(400);
  expect(JSON.stringify(unknown.body)).toContain("loop_update");
});

test("a client that does not read is disconnected; the others are not delayed", async () => {
  const { hostname, port } = new URL(network.api.url);
  const slow = connect(Number(port), hostname);
  slow.write("GET /api/events HTTP/1.1\r\nhost: a\r\n\r\n");
  await new Promise((resolve) => slow.once("data", resolve));
  slow.pause();
  let cut = false;
  slow.on("close", () => (cut = true)).on("error", () => (cut = true));
  const other = await network.api.events();
  await connected(other);
  // Long names make the events large, to fill the kernel's buffers.
  let n = 0;
  const key = "x".repeat(100);
  await until(
    "the slow client is disconnected",
    async () => {
      const values = Object.fromEntries(
        Array.from({ length: 500 }, (_, k) => [`${key}${k}`, (n += 1)]),
      );
      await network.api.send("POST", "/api/memory-update", { update: values });
      // The end of the connection shows only on a read.
      if (n > 20_000) slow.resume();
      return cut;
    },
    60_000,
  );
  await write("still-here");
  await other.next(isKey("still-here"));
  expect(ids(other)).toEqual(rising(ids(other)));
  other.close();
});
