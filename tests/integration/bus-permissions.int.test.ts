import type { BusUser } from "@vega/contracts";
import * as contracts from "@vega/contracts";
import type { NatsServer } from "@vega/test-support";
import { startNatsServer } from "@vega/test-support";
import { connect, Events } from "nats";
import type { NatsConnection } from "nats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/*
 * The expected permissions of each user, written as rules and not derived from the contracts, so that a mistake in the
 * derivation fails a test. Every test on a network proves that the permissions suffice: it fails if the bus refuses
 * anything.
 */

const { BUS_SERVICES, BUS_USERS, LOOP_TICKED, messageDelta, OBSERVER, TRAFFIC } = contracts;

const requests = contracts.REQUESTS;
const EVENT_SUBJECTS = [
  ...contracts.LOG_EVENTS.map(({ subject }) => subject),
  "vega.events.what.ever",
];
const ALL_USERS = [...BUS_SERVICES, OBSERVER, "test"];
const STREAMS = ["VEGA_EVENTS", "VEGA_LOOP", "VEGA_VISITORS", "KV_VEGA_LEASES", "OTHER"];
const READERS: Readonly<Record<string, readonly BusUser[]>> = {
  VEGA_LOOP: ["state", "ai", "auth"],
};
const KEEPERS: Readonly<Record<string, BusUser>> = {
  VEGA_EVENTS: "state",
  VEGA_LOOP: "loop",
  VEGA_VISITORS: "gateway",
  KV_VEGA_LEASES: "loop",
};
const KEPT: Readonly<Record<string, readonly string[]>> = {
  VEGA_EVENTS: ["CREATE", "UPDATE", "INFO", "MSG.GET", "MSG.DELETE", "PURGE"],
  VEGA_LOOP: ["CREATE", "UPDATE", "INFO", "MSG.GET"],
  VEGA_VISITORS: ["CREATE", "UPDATE", "INFO", "PURGE"],
  KV_VEGA_LEASES: ["CREATE", "INFO", "UPDATE"],
};

/** Subject → users that may publish on it. Every user tries every subject. */
const publishers = new Map<string, readonly BusUser[]>([
  ...requests.map(
    (one) =>
      [one.subject, BUS_SERVICES.filter((service) => TRAFFIC[service].asks.includes(one))] as const,
  ),
  ...EVENT_SUBJECTS.map((subject) => [subject, ["state"]] as const),
  [LOOP_TICKED.subject, ["loop"]],
  ["vega.loop.what.ever", []],
  [messageDelta.subject, ["ai"]],
  [contracts.REPORT_SUBJECT, ["gateway", "loop", "ai"]],
  ...ALL_USERS.flatMap((caller) => [
    ...BUS_USERS.map(
      (answerer) =>
        [
          `_VEGA_INBOX.${caller}.${answerer}.id.1`,
          answerer === OBSERVER ? [] : [answerer],
        ] as const,
    ),
    [`_VEGA_INBOX.${caller}.all.id`, BUS_SERVICES] as const,
    [`_INBOX.${caller}.1`, []] as const,
  ]),
  ...STREAMS.flatMap((stream) => [
    ...["CREATE", "UPDATE", "INFO", "MSG.GET", "MSG.DELETE", "PURGE", "DELETE", "SNAPSHOT"].map(
      (verb) =>
        [
          `$JS.API.STREAM.${verb}.${stream}`,
          KEPT[stream]?.includes(verb) ? [KEEPERS[stream] ?? "state"] : [],
        ] as const,
    ),
    [
      `$JS.API.DIRECT.GET.${stream}`,
      (stream === "VEGA_EVENTS" ? [OBSERVER] : []) as BusUser[],
    ] as const,
    [`$JS.API.CONSUMER.CREATE.${stream}`, []] as const,
    [`$JS.API.CONSUMER.DURABLE.CREATE.${stream}.state`, []] as const,
    ...BUS_SERVICES.flatMap((durable) => {
      const readers = READERS[stream]?.includes(durable) ? [durable] : [];
      return [
        [`$JS.API.CONSUMER.CREATE.${stream}.${durable}.vega.loop.iterated`, readers],
        [`$JS.API.CONSUMER.CREATE.${stream}.${durable}.vega.>`, []],
        [`$JS.API.CONSUMER.INFO.${stream}.${durable}`, readers],
        [`$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`, readers],
        [`$JS.API.CONSUMER.DELETE.${stream}.${durable}`, []],
        [`$JS.ACK.${stream}.${durable}.1.2.3.4.5`, readers],
      ] as const;
    }),
  ]),
  ["$JS.API.DIRECT.GET.KV_VEGA_LEASES.$KV.VEGA_LEASES.loop", ["loop"]],
  ["$KV.VEGA_LEASES.loop", ["loop"]],
  ["$JS.API.DIRECT.GET.VEGA_VISITORS.vega.visitors.salt", ["gateway"]],
  ["vega.visitors.seen.2026-11-30.digest", ["gateway"]],
  ["$KV.VEGA_LEASES.other", []],
  ["$JS.API.INFO", []],
  ["$JS.API.STREAM.NAMES", []],
  ["$JS.FC.VEGA_LOOP.state.1", []],
  ["$SRV.PING", []],
  ["$SYS.REQ.SERVER.PING", []],
  ["vega.test.what.ever", []],
  ["what.ever", []],
]);

/** Subject → users that may subscribe to it. */
const subscribers = new Map<string, readonly BusUser[]>([
  ...requests.map(
    ({ subject }) =>
      [subject, BUS_SERVICES.filter((one) => subject.split(".")[1] === one)] as const,
  ),
  ...EVENT_SUBJECTS.map((subject) => [subject, ["gateway", "loop", OBSERVER]] as const),
  ["vega.events.>", ["gateway", "loop", OBSERVER]],
  [messageDelta.subject, ["gateway"]],
  [LOOP_TICKED.subject, []],
  [contracts.REPORT_SUBJECT, BUS_SERVICES],
  ...ALL_USERS.flatMap((caller) =>
    [`_VEGA_INBOX.${caller}.>`, `_VEGA_INBOX.${caller}.state.id.1`].map(
      (subject) => [subject, BUS_SERVICES.filter((service) => service === caller)] as const,
    ),
  ),
  ...BUS_SERVICES.map((name) => [`$SRV.STATS.${name}`, name === "gateway" ? [] : [name]] as const),
  ["$SRV.PING", ["state", "loop", "ai", "auth"]],
  // Inboxes of the observers' own account; see below.
  ["_INBOX.>", [OBSERVER]],
  ...["_VEGA_INBOX.>", "$KV.>", "$JS.>", "$JS.API.>", "$SYS.>", "$SRV.>"].map(
    (subject) => [subject, []] as const,
  ),
  ...[
    "vega.>",
    "vega.state.>",
    "vega.loop.>",
    "vega.live.>",
    "vega.visitors.>",
    "what.ever",
    "*",
    ">",
  ].map((subject) => [subject, []] as const),
]);

let nats: NatsServer;
const open: NatsConnection[] = [];
beforeAll(async () => {
  nats = await startNatsServer();
});
afterAll(async () => {
  for (const connection of open) await connection.close();
  await nats.close();
});

async function connectAs(user: BusUser | "test"): Promise<NatsConnection> {
  const { host, username, password } = new URL(user === "test" ? nats.url : nats.urlOf(user));
  const connection = await connect({ servers: host, user: username, pass: password });
  open.push(connection);
  return connection;
}

/** Tries all subjects as one user; returns the refused ones. */
async function tryAll(user: BusUser, act: (connection: NatsConnection) => void) {
  const connection = await connectAs(user);
  const refused: string[] = [];
  void (async () => {
    for await (const { type, permissionContext } of connection.status()) {
      if (type === Events.Error) refused.push(permissionContext?.subject ?? type);
    }
  })();
  act(connection);
  // The server replies in order, so all refusals have arrived by then.
  await connection.flush();
  await connection.flush();
  return refused.toSorted();
}

const notFor = (user: BusUser, table: ReadonlyMap<string, readonly BusUser[]>) =>
  [...table].flatMap(([subject, users]) => (users.includes(user) ? [] : [subject])).toSorted();

describe.each(BUS_USERS)("%s", (user) => {
  test("may publish on exactly the expected subjects", async () => {
    const refused = await tryAll(user, (connection) => {
      for (const subject of publishers.keys()) connection.publish(subject, "");
    });
    expect(refused).toEqual(notFor(user, publishers));
  });

  test("may subscribe to exactly the expected subjects", async () => {
    const refused = await tryAll(user, (connection) => {
      const callback = () => undefined;
      for (const subject of subscribers.keys()) connection.subscribe(subject, { callback });
    });
    expect(refused).toEqual(notFor(user, subscribers));
  });
});

test("a connection without a password or with a wrong one is refused", async () => {
  const { host } = new URL(nats.url);
  await expect(connect({ servers: host })).rejects.toThrow(/Authorization/);
  await expect(connect({ servers: host, user: "state", pass: "guess" })).rejects.toThrow(
    /Authorization/,
  );
});

test("an observer can neither send replies to services nor receive theirs", async () => {
  const inside = await connectAs("test");
  const manager = await inside.jetstreamManager();
  const stream = { name: "VEGA_EVENTS", subjects: ["vega.events.>"], allow_direct: true };
  await manager.streams.add(stream);
  await inside.jetstream().publish("vega.events.memory.changed", "kept");
  const seen: string[] = [];
  const note = (_error: unknown, { subject }: { subject: string }) => void seen.push(subject);
  inside.subscribe("vega.state.backups.make", { callback: note });
  const observer = await connectAs(OBSERVER);
  observer.subscribe("_INBOX.>", { callback: note });
  await Promise.all([inside.flush(), observer.flush()]);

  const reply = "vega.state.backups.make";
  observer.publish("$JS.API.DIRECT.GET.VEGA_EVENTS", '{"seq":1}', { reply });
  inside.publish("_INBOX.services.answer", "secret");
  await Promise.all([inside.flush(), observer.flush()]);
  // The same request with an allowed inbox gets its reply, so the refused ones had enough time.
  const own = await observer.request("$JS.API.DIRECT.GET.VEGA_EVENTS", '{"seq":1}');
  expect(own.string()).toBe("kept");
  expect(seen.filter((subject) => subject !== own.subject)).toEqual([]);
});
