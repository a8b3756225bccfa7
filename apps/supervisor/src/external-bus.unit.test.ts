import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import { createServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { addressOf, waitForBus, busServers } from "./external-bus.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(firstText: string, port = 0) {
  const server = createServer((socket) => socket.end(firstText)).listen(port, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return { host: "127.0.0.1", port: (server.address() as AddressInfo).port };
}

/** A port without a listener. */
async function closedPort() {
  const place = await listening("");
  const server = servers.pop();
  server?.close();
  if (server) await once(server, "close");
  return place;
}

const never = new AbortController().signal;

test("busServers keeps host and port of a NATS_URL, and no credentials", () => {
  const found = busServers("nats://user:sesame@a:4333, tls://token@b,nats://[::1]:4222");
  expect(found?.map(addressOf)).toEqual(["a:4333", "b:4222", "[::1]:4222"]);
  expect(JSON.stringify(found)).not.toMatch(/sesame|token|user/);
  for (const url of ["nats://", "nats://a,nats://:4222", "nats://a:port"]) {
    expect(busServers(url)).toBeUndefined();
  }
});

test("a reachable bus is not reported", async () => {
  const notes: string[] = [];
  const bus = await listening('INFO {"server_id":"a"}\r\n');
  await waitForBus([await closedPort(), bus], (text) => notes.push(text), never);
  expect(notes).toEqual([]);
});

test("an unreachable bus is reported with its address, and so is its return", async () => {
  const notes: string[] = [];
  const away = await closedPort();
  const awaited = Promise.withResolvers<void>();
  const answers = waitForBus(
    [away],
    (text) => {
      notes.push(text);
      awaited.resolve();
    },
    never,
  );
  await awaited.promise;
  expect(notes[0]).toContain(
    `waiting for the message bus: 127.0.0.1:${away.port} (connection refused)`,
  );
  await listening("INFO {}\r\n", away.port);
  await answers;
  expect(notes.slice(1)).toEqual(["the message bus is reachable"]);
});

test("another program at that port is not a bus, and the waiting ends when the platform stops", async () => {
  const stop = new AbortController();
  const notes: string[] = [];
  const place = await listening("SSH-2.0-OpenSSH\r\n");
  await waitForBus(
    [place],
    (text) => {
      notes.push(text);
      stop.abort();
    },
    stop.signal,
  );
  expect(notes).toEqual([expect.stringContaining("(not a nats-server)")]);
});
