import type { ChatCall, ChatEvent } from "@vega/contracts";
import { until } from "@vega/test-support";
import { Client, credentials, loadPackageDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { protoPath } from "grpc-health-check";
import { afterEach, describe, expect, test } from "vitest";
import type { InferenceServer, InferenceServerOptions } from "./server.ts";
import { connectInference } from "./client.ts";
import { INFERENCE_SERVICE } from "./load.ts";
import { serveInference } from "./server.ts";

const TOKEN = "between-gateway-and-ai";
const CALL: ChatCall = { body_json: "{}", caller: { context_json: "{}" }, call_id: "1" };
const never = new AbortController().signal;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function serve(
  chat: InferenceServerOptions["chat"],
  more: Partial<InferenceServerOptions> = {},
): Promise<InferenceServer> {
  const onFault = (error: unknown) => void faults.push(error);
  const server = await serveInference({
    listen: "127.0.0.1:0",
    token: TOKEN,
    chat,
    onFault,
    ...more,
  });
  closing.push(() => server.stop());
  return server;
}
let faults: unknown[] = [];

function connect(locate: () => string, token = TOKEN, deadlineMs = 30_000) {
  const client = connectInference({ locate: async () => locate(), token, deadlineMs });
  closing.push(() => client.close());
  return client;
}

const delta = (text: string): ChatEvent => ({ event: "delta", delta: { json: text } });

async function* deltas(...texts: string[]): AsyncGenerator<ChatEvent, void> {
  for (const text of texts) yield delta(text);
  yield { event: "completed", completed: {} };
}

async function collect(events: AsyncIterable<ChatEvent>): Promise<ChatEvent["event"][]> {
  const kinds: ChatEvent["event"][] = [];
  for await (const { event } of events) kinds.push(event);
  return kinds;
}

test("the call arrives, and so do the events of the completion, in order", async () => {
  let seen: ChatCall | undefined;
  const { address } = await serve((call) => {
    seen = call;
    return deltas("a", "b");
  });
  const sent = { ...CALL, caller: { owner: "ada", context_json: "{}" }, idempotency_key: "k" };
  expect(await collect(connect(() => address).chat(sent, never))).toEqual([
    "delta",
    "delta",
    "completed",
  ]);
  expect(seen).toMatchObject(sent);
});

test("thousands of calls share one connection where readers stop at the last event", async () => {
  const { address } = await serve(() => deltas("a"));
  const client = connect(() => address);
  for (let round = 0; round < 40; round += 1) {
    const calls = Array.from({ length: 64 }, async () => {
      for await (const { event } of client.chat(CALL, never))
        if (event === "completed") return event;
      return undefined;
    });
    expect(new Set(await Promise.all(calls))).toEqual(new Set(["completed"]));
  }
});

test("a call without the token is refused", async () => {
  const { address } = await serve(() => deltas("secret"));
  const client = connect(() => address, "another-token-altogether");
  await expect(collect(client.chat(CALL, never))).rejects.toMatchObject({ code: "internal" });
});

test("the caller of a call that fails gets no details", async () => {
  faults = [];
  const { address } = await serve(() => {
    throw new Error("a secret detail");
  });
  const error = await collect(connect(() => address).chat(CALL, never)).catch(
    (cause: unknown) => cause,
  );
  expect(String((error as Error).cause)).not.toContain("secret");
  expect(faults).toMatchObject([{ message: "a secret detail" }]);
});

describe("cancellation", () => {
  test.each(["signal", "break"])("reaches the other end: by %s", async (how) => {
    let aborted = false;
    const { address } = await serve(async function* (_, signal) {
      signal.addEventListener("abort", () => (aborted = true));
      yield delta("a");
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    });
    const controller = new AbortController();
    const events = connect(() => address).chat(CALL, controller.signal);
    await events.next();
    if (how === "signal") {
      controller.abort();
      await expect(events.next()).rejects.toMatchObject({ code: "internal" });
    } else await events.return();
    await until("it is cancelled there", () => aborted);
  });

  test("a deadline does the same", async () => {
    let aborted = false;
    const { address } = await serve(async function* (_, signal) {
      yield delta("a");
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      aborted = true;
    });
    const client = connect(() => address, TOKEN, 300);
    await expect(collect(client.chat(CALL, never))).rejects.toMatchObject({ code: "timeout" });
    await until("it is cancelled there", () => aborted);
  });
});

test("a caller that does not read blocks the sender, and loses nothing", async () => {
  const piece = "x".repeat(10_000);
  const total = 2_000;
  let made = 0;
  const { address } = await serve(async function* () {
    for (; made < total; made += 1) yield delta(piece);
    yield { event: "completed", completed: {} };
  });
  const events = connect(() => address).chat(CALL, never);
  await events.next();
  let before = -1;
  // The sender stops by itself, long before its end.
  await until("it waits", () => {
    const isStill = made === before;
    before = made;
    return isStill;
  });
  expect(made).toBeLessThan(total);
  expect((await collect(events)).length).toBe(total);
});

test("a service that restarts at another address is found, and unavailable meanwhile", async () => {
  const first = await serve(() => deltas("first"));
  let { address } = first;
  const client = connect(() => address);
  await collect(client.chat(CALL, never));
  await first.stop();
  await expect(collect(client.chat(CALL, never))).rejects.toMatchObject({ code: "unavailable" });
  ({ address } = await serve(() => deltas("second")));
  expect(await collect(client.chat(CALL, never))).toEqual(["delta", "completed"]);
});

test("health and reflection need no token", async () => {
  const { address } = await serve(() => deltas());
  const definition = loadPackageDefinition(loadSync(protoPath, { enums: String })) as any;
  const health = new definition.grpc.health.v1.Health(address, credentials.createInsecure());
  const plain = new Client(address, credentials.createInsecure());
  closing.push(
    () => health.close(),
    () => plain.close(),
  );
  const status = await new Promise((resolve, reject) =>
    health.check({ service: INFERENCE_SERVICE }, (error: unknown, answer: unknown) =>
      error ? reject(error) : resolve(answer),
    ),
  );
  expect(status).toMatchObject({ status: "SERVING" });
  // ServerReflectionRequest with list_services (field 7) set, as grpcurl sends it.
  const services = await new Promise<string>((resolve, reject) => {
    const stream = plain.makeBidiStreamRequest(
      "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => bytes,
    );
    stream.once("data", (bytes: Buffer) => resolve(bytes.toString("latin1")));
    stream.once("error", reject);
    stream.write(Buffer.from([0x3a, 0x01, 0x2a]));
  });
  expect(services).toContain(INFERENCE_SERVICE);
});
