import type { MemoryStreamContract } from "@vega/contracts";
import type { NatsServer } from "@vega/test-support";
import { startNatsServer, until } from "@vega/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Bus, MemoryStream } from "./index.ts";
import { connectBus, openMemoryStream } from "./index.ts";

const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const contract: MemoryStreamContract = {
  name: "TEST_MEMORY",
  prefix: "test.memory",
  description: "of a test",
  maxBytes: 4_096,
};
const LONG_MS = 3_600_000;

let nats: NatsServer;
let bus: Bus;
let stream: MemoryStream;
beforeAll(async () => {
  nats = await startNatsServer();
  bus = await connectBus({ url: nats.url, name: "test", log });
  stream = openMemoryStream(bus, contract, LONG_MS);
  await stream.ensure();
  await stream.ensure();
});
afterAll(async () => {
  await bus.close();
  await nats.close();
});

test("a value is written once for each revision", async () => {
  expect(await stream.read("a")).toBeUndefined();
  const first = await stream.write("a", "1", 0);
  expect(first).toBeTypeOf("number");
  expect(await stream.write("a", "lost", 0)).toBe("conflict");
  const second = await stream.write("a", "2", Number(first));
  expect(await stream.read("a")).toEqual({ value: "2", revision: second });
  expect(await stream.write("a", "lost", Number(first))).toBe("conflict");
});

test("keys are removed one by one, up to a revision, and below a prefix", async () => {
  const first = Number(await stream.write("seen.one.a", "1", 0));
  await stream.write("seen.one.b", "1", 0);
  await stream.write("seen.two.a", "1", 0);
  await stream.remove("seen.one.a", first - 1);
  expect(await stream.read("seen.one.a")).toBeDefined();
  await stream.remove("seen.one.a", first);
  expect(await stream.read("seen.one.a")).toBeUndefined();
  await stream.remove("seen.one.>");
  expect(await stream.read("seen.one.b")).toBeUndefined();
  expect(await stream.read("seen.two.a")).toBeDefined();
  await stream.remove("seen.>");
});

test("beyond its bytes new keys are refused, and known ones still change", async () => {
  const revisions: number[] = [];
  for (;;) {
    const written = await stream.write(`full.${revisions.length}`, "x".repeat(100), 0);
    if (written === "full") break;
    revisions.push(Number(written));
  }
  expect(revisions.length).toBeGreaterThan(5);
  expect(await stream.write("full.0", "x".repeat(90), revisions[0] ?? 0)).toBeTypeOf("number");
  await stream.remove("full.>");
  expect(await stream.write("full.0", "x", 0)).toBeTypeOf("number");
  await stream.remove("full.>");
});

test("values expire after the time that was set last, and are in memory only", async () => {
  const manager = await bus.manager();
  expect((await manager.streams.info(contract.name)).config).toMatchObject({ storage: "memory" });
  await stream.remove(">");
  await stream.expireAfter(1_000);
  await stream.write("b", "1", 0);
  await until("the value has expired", async () => (await stream.read("b")) === undefined);
  await stream.expireAfter(LONG_MS);
});

test("a bus that has lost its memory gets the stream again", async () => {
  await stream.write("c", "1", 0);
  await nats.kill();
  await nats.restart();
  await until("the bus is back", () => bus.connected());
  await until("the stream is there", async () => {
    await stream.ensure();
    return (await stream.read("c")) === undefined;
  });
  expect(await stream.write("c", "2", 0)).toBeTypeOf("number");
});
