import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import { createServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { addressOf, busAnswers, busServers } from "./external-bus.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(greeting: string, port = 0) {
  const server = createServer((socket) => socket.end(greeting)).listen(port, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return { host: "127.0.0.1", port: (server.address() as AddressInfo).port };
}

/** A port on which nobody listens. */
async function deaf() {
  const place = await listening("");
  const server = servers.pop();
  server?.close();
  if (server) await once(server, "close");
  return place;
}

const never = new AbortController().signal;

test("of a NATS_URL only host and port are known", () => {
  const found = busServers("nats://user:sesame@a:4333, tls://token@b,nats://[::1]:4222");
  expect(found?.map(addressOf)).toEqual(["a:4333", "b:4222", "[::1]:4222"]);
  expect(JSON.stringify(found)).not.toMatch(/sesame|token|user/);
  for (const url of ["nats://", "nats://a,nats://:4222", "nats://a:port"]) {
    expect(busServers(url)).toBeUndefined();
  }
});

test("a bus that is there is not talked about", async () => {
  const said: string[] = [];
  const bus = await listening('INFO {"server_id":"a"}\r\n');
  await busAnswers([await deaf(), bus], (text) => said.push(text), never);
  expect(said).toEqual([]);
});

test("a bus that is away is told with its place, and so is its coming", async () => {
  const said: string[] = [];
  const away = await deaf();
  const awaited = Promise.withResolvers<void>();
  const answers = busAnswers(
    [away],
    (text) => {
      said.push(text);
      awaited.resolve();
    },
    never,
  );
  await awaited.promise;
  expect(said[0]).toContain(
    `does not answer, waiting for it: 127.0.0.1:${away.port} (connection refused)`,
  );
  await listening("INFO {}\r\n", away.port);
  await answers;
  expect(said.slice(1)).toEqual(["the message bus answers"]);
});

test("another program at that port is no bus, and the waiting ends when the platform stops", async () => {
  const stop = new AbortController();
  const said: string[] = [];
  const place = await listening("SSH-2.0-OpenSSH\r\n");
  await busAnswers(
    [place],
    (text) => {
      said.push(text);
      stop.abort();
    },
    stop.signal,
  );
  expect(said).toEqual([expect.stringContaining("(it is no nats-server)")]);
});
