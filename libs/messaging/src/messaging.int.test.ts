import type { HealthReport } from "@vega/contracts";
import { defineRequest, inference, LEASES_BUCKET, systemContext, VegaError } from "@vega/contracts";
import type { NatsServer } from "@vega/test-support";
import { startNatsServer, until } from "@vega/test-support";
import { AckPolicy, nanos } from "nats";
import { setTimeout as delay } from "node:timers/promises";
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from "vitest";
import { z } from "zod";
import type { Bus, Lease, Settlement } from "./index.ts";
import {
  serveHealthReports,
  collectHealthReports,
  connectBus,
  consume,
  endpoint,
  ensureStream,
  holdLease,
  lastMessage,
  parseServers,
  publishFenced,
  publishInOrder,
  request,
  serve,
  serveAll,
} from "./index.ts";

const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
const context = { ...systemContext("test"), request_id: "r-1", traceparent: "00-aa-bb-01" };

const echo = defineRequest({
  subject: "vega.test.text.echo",
  callers: [],
  input: z.object({ text: z.string().min(1), wait: z.boolean().default(false) }),
  output: z.object({ text: z.string(), from: z.unknown() }),
  errors: ["conflict"],
  timeoutMs: 300,
});

let nats: NatsServer;
let bus: Bus;
beforeAll(async () => {
  nats = await startNatsServer();
  bus = await connectBus({ url: nats.url, name: "test", log });
});
afterAll(async () => {
  await bus.close();
  await nats.close();
});
beforeEach(() => vi.clearAllMocks());

test("a service with a declared request and no endpoint for it does not start", async () => {
  const started = serve(bus, { name: "loop", version: "1.0.0", description: "for tests" }, []);
  await expect(started).rejects.toThrow("no endpoint for vega.loop.");
});

test("a request that goes to every instance is declared as such", () => {
  expect(() => serveAll(bus, echo, () => undefined)).toThrow("not a broadcast request");
  const { broadcast, subject } = inference.requests.cancelCalls;
  expect([subject, broadcast]).toEqual(["vega.ai.calls.cancel", true]);
});

test("addresses carry a token, or a user with a password", () => {
  expect(parseServers("nats://t%40ken@h:1,nats://i:2")).toEqual({
    servers: ["h:1", "i:2"],
    token: "t@ken",
  });
  expect(parseServers("nats://u:p@h:1")).toEqual({ servers: ["h:1"], user: "u", pass: "p" });
  expect(parseServers("nats://h:1")).toEqual({ servers: ["h:1"] });
});

describe("a request", () => {
  let stop: () => Promise<void>;
  beforeAll(async () => {
    stop = await serve(bus, { name: "test", version: "1.0.0", description: "for tests" }, [
      endpoint(echo, async ({ text, wait }, call) => {
        if (text === "no")
          throw new VegaError("conflict", "not now – Æ", [{ path: "/a", message: "b" }]);
        if (text === "crash") throw new Error("with a secret inside");
        if (text === "wrong") return { text: 7 as unknown as string, from: 0 };
        if (wait) await new Promise(() => undefined);
        return { text, from: call.context };
      }),
    ]);
  });
  afterAll(() => stop());

  const fault = (input: z.input<typeof echo.input>) =>
    request(bus, echo, input, context).then(
      () => expect.unreachable(),
      (error: unknown) => error as VegaError,
    );

  test("carries input, context and reply", async () => {
    expect(await request(bus, echo, { text: "Æ" }, context)).toEqual({ text: "Æ", from: context });
  });

  test("is validated before it leaves", async () => {
    const error = await fault({ text: "" });
    expect(error).toMatchObject({ code: "invalid", details: [{ path: "/text" }] });
  });

  test("is validated by the service too", async () => {
    const reply = await bus.nats.request(echo.subject, JSON.stringify({ text: 1 }));
    expect(reply.headers?.get("Nats-Service-Error-Code")).toBe("400");
    const nonsense = await bus.nats.request(echo.subject, "{nonsense");
    expect(JSON.parse(nonsense.string())).toMatchObject({ code: "invalid" });
  });

  test("brings the service's own error back whole", async () => {
    const error = await fault({ text: "no" });
    expect(error).toBeInstanceOf(VegaError);
    expect(error).toMatchObject({
      code: "conflict",
      message: "not now – Æ",
      details: [{ path: "/a", message: "b" }],
    });
  });

  test("that fails unexpectedly gets no details; the log has them", async () => {
    expect(await fault({ text: "crash" })).toMatchObject({
      code: "internal",
      message: "an internal error",
    });
    expect(await fault({ text: "wrong" })).toMatchObject({ code: "internal" });
    expect(log.error).toHaveBeenCalledTimes(2);
  });

  test("without a reply times out, without a service is unavailable", async () => {
    expect(await fault({ text: "x", wait: true })).toMatchObject({ code: "timeout", status: 503 });
    const unserved = { ...echo, subject: "vega.test.text.unserved" };
    await expect(request(bus, unserved, { text: "x" }, context)).rejects.toMatchObject({
      code: "unavailable",
    });
  });

  test("that exceeds the limit of the bus is refused", async () => {
    expect(await fault({ text: "x".repeat(2 ** 20 + 1) })).toMatchObject({ code: "too_large" });
  });

  test("of a service that its contract does not list as a caller is a programming error", async () => {
    const asGateway = { ...bus, name: "gateway" };
    await expect(request(asGateway, echo, { text: "x" }, context)).rejects.toThrow(
      "gateway is not among the callers of vega.test.text.echo",
    );
  });

  test("is part of a service that can be discovered", async () => {
    const reply = await bus.nats.request("$SRV.INFO.test");
    const info = reply.json<{ endpoints: { subject: string; queue_group: string }[] }>();
    expect(info.endpoints).toMatchObject([{ subject: echo.subject, queue_group: "test" }]);
  });
});

const STREAM = {
  name: "TEST",
  subjects: ["test.things"],
  description: "for tests",
  maxAgeSeconds: 60,
  maxBytes: 1_000_000,
};

describe("a durable consumer", () => {
  test("takes each message once, retries failures, drops messages that do not match the contract", async () => {
    const seen: number[] = [];
    let failures = 0;
    const stop = consume(bus, {
      stream: STREAM,
      subject: "test.things",
      data: z.object({ n: z.int() }),
      durable: "one",
      handle({ n }) {
        if (n === 2 && failures < 2) {
          failures += 1;
          throw new Error("not yet");
        }
        seen.push(n);
        return Promise.resolve("done");
      },
    });
    const js = bus.nats.jetstream();
    await ensureStream(bus, STREAM);
    await js.publish("test.things", JSON.stringify({ n: 1 }));
    await js.publish("test.things", "{nonsense");
    for (const n of [2, 3]) await js.publish("test.things", JSON.stringify({ n }));
    await until("all are taken", () => seen.length === 3);
    expect(seen).toEqual([1, 2, 3]);
    expect(failures).toBe(2);
    await stop();
  });

  test("continues after the bus lost stream and consumer", async () => {
    const seen: number[] = [];
    const stop = consume(bus, {
      stream: STREAM,
      subject: "test.things",
      data: z.object({ n: z.int() }),
      durable: "two",
      handle({ n }) {
        seen.push(n);
        return Promise.resolve("done");
      },
    });
    await until("the earlier ones come", () => seen.length === 3);
    await nats.restart({ wipe: true });
    await until(
      "a new one comes",
      async () => {
        if (!seen.includes(9)) {
          await ensureStream(bus, STREAM);
          await bus.nats
            .jetstream()
            .publish("test.things", JSON.stringify({ n: 9 }), { msgID: "9" });
        }
        return seen.includes(9);
      },
      30_000,
    );
    await stop();
  });
});

describe("a message that a durable consumer has in hand", () => {
  const subject = "hands.things";
  const stream = { ...STREAM, name: "HANDS", subjects: [subject] };
  const reading = (handle: () => Promise<Settlement>) => ({
    stream,
    subject,
    data: z.object({}),
    durable: "hands",
    handle,
  });
  const publish = () => bus.nats.jetstream().publish(subject, "{}");

  test("is redelivered soon when its reader is gone", async () => {
    const other = await connectBus({ url: nats.url, name: "second", log });
    await ensureStream(bus, stream);
    // Created like older versions did.
    const manager = await bus.manager();
    await manager.consumers.add(stream.name, {
      durable_name: "hands",
      filter_subject: subject,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(60_000),
      max_ack_pending: 1,
    });
    const taken = Promise.withResolvers<void>();
    const stopOther = consume(
      other,
      reading(() => (taken.resolve(), new Promise(() => undefined))),
    );
    await publish();
    await taken.promise;
    void stopOther();
    await other.nats.close();
    const again = Promise.withResolvers<void>();
    const stop = consume(
      bus,
      reading(() => (again.resolve(), Promise.resolve("done"))),
    );
    await again.promise;
    await stop();
  });

  test("is not redelivered while its handler works, however long", async () => {
    let taken = 0;
    const slow = async () => {
      taken += 1;
      await delay(4_000);
      return "done" as const;
    };
    const stops = [consume(bus, reading(slow)), consume(bus, reading(slow))];
    await publish();
    await until("it is done", async () => {
      const manager = await bus.manager();
      const { ack_floor } = await manager.consumers.info(stream.name, "hands");
      return ack_floor.stream_seq === 2;
    });
    expect(taken).toBe(1);
    await Promise.all(stops.map((stop) => stop()));
  });
});

test("a fence lets one of two publishers through", async () => {
  const manager = await bus.nats.jetstreamManager();
  const before = (await manager.streams.info("TEST")).state.last_seq;
  const publication = (id: string) => ({
    subject: "test.things",
    payload: "{}",
    id,
    lastSubjectSequence: before,
  });
  const outcomes = await Promise.all(["a", "b"].map((id) => publishFenced(bus, publication(id))));
  expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(["fenced", "stored"]);
});

test("messages go into the stream in order, from their place on, or not at all", async () => {
  const manager = await bus.nats.jetstreamManager();
  const last = async () => (await manager.streams.info("TEST")).state.last_seq;
  const before = await last();
  const messages = Array.from({ length: 300 }, (_, n) => ({
    subject: "test.things",
    payload: String(n),
    id: `ordered-${n}`,
  }));
  expect(await publishInOrder(bus, messages, before)).toBe(300);
  expect(await last()).toBe(before + 300);
  const stored = await manager.streams.getMessage("TEST", { seq: before + 123 });
  expect(stored.string()).toBe("122");
  const late = messages.map((message) => ({ ...message, id: `late-${message.id}` }));
  expect(await publishInOrder(bus, late, before)).toBe(0);
  const nowhere = [{ subject: "no.stream", payload: "", id: "n" }];
  expect(await publishInOrder(bus, nowhere, 0)).toBe(0);
  expect(await last()).toBe(before + 300);
});

test("the last message of a stream can be requested while another connection creates it", async () => {
  const other = await connectBus({ url: nats.url, name: "second", log });
  onTestFinished(() => other.close());
  const stream = { ...STREAM, name: "YOUNG", subjects: ["young.things"] };
  const manager = await other.manager();
  for (let round = 0; round < 100; round += 1) {
    const made = ensureStream(other, stream);
    const requested = Array.from({ length: 20 }, () => lastMessage(bus, stream.name, "young.>"));
    expect(new Set(await Promise.all(requested))).toEqual(new Set([undefined]));
    await made;
    await manager.streams.delete(stream.name);
  }
  expect(bus.connected()).toBe(true);
});

test("a lease has one holder, and another one after a release or the TTL", async () => {
  const second = await connectBus({ url: nats.url, name: "second", log });
  const hold = (on: Bus): Lease =>
    holdLease(on, { name: "test", ttlMs: 400, onChange: () => undefined });
  const leases = [hold(bus), hold(second)];
  const holders = () => leases.filter((lease) => lease.held());
  await until("one holds it", () => holders().length === 1);
  const [first] = holders();
  await first?.release();
  await until("the other holds it", () => holders().length === 1 && holders()[0] !== first);
  await Promise.all(leases.map((lease) => lease.release()));
  await second.close();
});

describe("a lease long before the end of its TTL", () => {
  const hold = async () => {
    const changes: boolean[] = [];
    const onChange = (held: boolean) => void changes.push(held);
    const lease = holdLease(bus, { name: "long", ttlMs: 60_000, onChange });
    onTestFinished(() => lease.release());
    await until("it is held", () => lease.held());
    return { lease, changes };
  };

  test("is acquired again as soon as a bus that has lost it is back", async () => {
    const { lease, changes } = await hold();
    await nats.restart();
    await until("it is held again", () => changes.length === 3 && lease.held());
    expect(changes).toEqual([true, false, true]);
  });

  test("survives a broken connection, also where the reply to its request was lost", async () => {
    const { changes } = await hold();
    const revision = async () => {
      const bucket = await bus.jetstream().views.kv(LEASES_BUCKET);
      return (await bucket.get("long"))?.revision ?? 0;
    };
    const before = await revision();
    await bus.nats.reconnect();
    await until("it is renewed", async () => (await revision()) > before);
    expect(changes).toEqual([true]);
    // Stands for this instance after a lost reply.
    const second = holdLease(bus, { name: "long", ttlMs: 60_000, onChange: () => undefined });
    onTestFinished(() => second.release());
    await until("it is known by its instance", () => second.held());
  });
});

test("reports are collected from every instance until there are enough", async () => {
  const second = await connectBus({ url: nats.url, name: "second", log });
  const report = (service: string): Omit<HealthReport, "instance"> => ({
    service,
    ready: true,
    checks: {},
    uptime_seconds: 1,
    signals: {},
  });
  const stops = [
    serveHealthReports(bus, () => report("a")),
    serveHealthReports(second, () => Promise.resolve(report("b"))),
  ];
  await second.nats.flush();
  const started = performance.now();
  const reports = await collectHealthReports(bus, {
    waitMs: 10_000,
    enough: (received) => received.length === 2,
  });
  expect(performance.now() - started).toBeLessThan(5_000);
  expect(reports.map(({ service }) => service).toSorted()).toEqual(["a", "b"]);
  expect(new Set(reports.map(({ instance }) => instance)).size).toBe(2);
  for (const stop of stops) stop();
  await second.close();
});

test("while the bus is disconnected requests fail at once, and work again afterwards", async () => {
  const stop = await serve(bus, { name: "again", version: "1.0.0", description: "for tests" }, [
    endpoint({ ...echo, subject: "vega.test.text.again" }, ({ text }) =>
      Promise.resolve({ text, from: 0 }),
    ),
  ]);
  const again = { ...echo, subject: "vega.test.text.again" };
  await nats.kill();
  await until("the disconnect is detected", () => !bus.connected());
  await expect(request(bus, again, { text: "x" }, context)).rejects.toMatchObject({
    code: "unavailable",
  });
  await nats.restart();
  await until("it answers", () => request(bus, again, { text: "x" }, context));
  await stop();
});

test("the client reconnects also after the clock was set back", async () => {
  const set = vi.spyOn(Date, "now").mockReturnValue(performance.timeOrigin - 3_600_000);
  onTestFinished(() => set.mockRestore());
  await nats.kill();
  await until("the disconnect is detected", () => !bus.connected());
  await nats.restart();
  await until("it is back", () => bus.connected());
});
