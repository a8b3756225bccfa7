// Thousands of subscribers of GET /api/events in a process of their own, which reconnect when they are cut. The commands
// and replies are in messages.ts.
import type { Socket } from "node:net";
import { connect } from "node:net";
import { clock } from "../clock.ts";
import { createEventOrder, eventReader } from "./event-reader.ts";
import type { Reconnect, SubscriberCommand, SubscriberReport } from "./messages.ts";

/** Connections opened at once: more than a server's backlog would be refused, and retried a second later. */
const BATCH = 50;
const SHOWN_FAULTS = 10;
/** Delay between two attempts of immediate reconnects while the gateway refuses connections. */
const RETRY_MS = 50;

interface Subscriber {
  socket: Socket | undefined;
  last: number | undefined;
  /** Whether the stream has sent `connected`. */
  connected: boolean;
  retryMs: number;
}

interface Recorded {
  readonly loggedAt: number;
  readonly receivedAt: number[];
}

const subscribers: Subscriber[] = [];
const order = createEventOrder();
let arrivals = new Map<number, Recorded>();
let backAt: number[] = [];
let faults: string[] = [];
let faultCount = 0;
let triedAgain = 0;
let reconnect: Reconnect | undefined;
let address = { url: new URL("http://127.0.0.1"), from: "127.0.0.1" };
let awaited = { sequence: Infinity, left: 0, resolve: () => undefined as void };

function fault(text: string): void {
  faultCount += 1;
  if (faults.length < SHOWN_FAULTS) faults.push(text);
}

function subscribe(subscriber: Subscriber, onConnected: () => void): void {
  const { url, from } = address;
  const cursor = subscriber.last;
  const socket = connect({
    host: url.hostname,
    port: Number(url.port),
    localAddress: from,
    noDelay: true,
  });
  subscriber.socket = socket;
  subscriber.connected = false;
  const reader = eventReader(
    (sequence, block) => {
      if (subscriber.connected) return record(subscriber, sequence, block);
      if (!block.includes('"type":"connected"')) fault(`first event is ${block}`);
      if (cursor !== undefined && sequence !== cursor) fault(`at ${sequence}, not ${cursor}`);
      subscriber.last = sequence;
      subscriber.connected = true;
      onConnected();
    },
    (ms) => (subscriber.retryMs = ms),
  );
  socket.setEncoding("latin1");
  const resume = cursor === undefined ? "" : `last-event-id: ${cursor}\r\n`;
  socket.write(`GET /api/events HTTP/1.1\r\nhost: ${url.host}\r\n${resume}\r\n`);
  socket.on("data", (chunk: string) => {
    try {
      reader.read(chunk);
    } catch (error) {
      fault((error as Error).message);
      socket.destroy();
    }
  });
  // `close` follows and handles it.
  socket.on("error", () => undefined);
  socket.on("close", () => onClose(subscriber));
}

function onClose(subscriber: Subscriber): void {
  if (reconnect === undefined) return fault("a stream ended");
  if (!subscriber.connected) triedAgain += 1;
  const immediate = subscriber.connected ? 0 : RETRY_MS;
  const delayMs = reconnect === "at once" ? immediate : subscriber.retryMs;
  setTimeout(() => subscribe(subscriber, () => backAt.push(clock())), delayMs);
}

function record(subscriber: Subscriber, sequence: number, block: string): void {
  const last = subscriber.last ?? 0;
  if (block.includes('"type":"resync"')) fault(`resync at ${last}`);
  const wrong = order.check(last, sequence);
  if (wrong !== undefined) fault(wrong);
  subscriber.last = sequence;
  const now = clock();
  const recorded = arrivals.get(sequence);
  if (recorded) recorded.receivedAt.push(now);
  else arrivals.set(sequence, { loggedAt: timeOf(block), receivedAt: [now] });
  if (sequence >= awaited.sequence && last < awaited.sequence && (awaited.left -= 1) === 0)
    awaited.resolve();
}

function timeOf(block: string): number {
  const { time } = JSON.parse(block.slice(block.indexOf("data: ") + 6)) as { time: string };
  return Date.parse(time);
}

async function open(clients: number): Promise<void> {
  for (let done = 0; done < clients; done += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, clients - done) }, async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const subscriber = { socket: undefined, last: undefined, connected: false, retryMs: 0 };
      subscribers.push(subscriber);
      subscribe(subscriber, resolve);
      return promise;
    });
    await Promise.all(batch);
  }
}

async function awaitSequence(sequence: number, timeoutMs: number): Promise<number> {
  const isBehind = ({ last }: Subscriber) => (last ?? 0) < sequence;
  const { promise, resolve } = Promise.withResolvers<void>();
  awaited = { sequence, left: subscribers.filter(isBehind).length, resolve };
  if (awaited.left > 0) {
    const timeout = setTimeout(resolve, timeoutMs);
    await promise;
    clearTimeout(timeout);
  }
  return subscribers.length - subscribers.filter(isBehind).length;
}

function report(sequences: readonly number[]): SubscriberReport {
  const { user, system } = process.cpuUsage();
  const recorded = {
    arrivals: sequences.map(
      (sequence) => arrivals.get(sequence) ?? { loggedAt: Number.NaN, receivedAt: [] },
    ),
    backAt,
    triedAgain,
    faults,
    faultCount,
    cpuMs: (user + system) / 1_000,
  };
  arrivals = new Map();
  [backAt, faults] = [[], []];
  [triedAgain, faultCount] = [0, 0];
  return recorded;
}

async function execute(command: SubscriberCommand): Promise<object | undefined> {
  if ("open" in command) {
    address = { url: new URL(command.open.url), from: command.open.from };
    await open(command.open.clients);
    return { opened: subscribers.length };
  }
  if ("expectCut" in command) {
    reconnect = command.expectCut;
    return undefined;
  }
  if ("cut" in command) {
    reconnect = command.cut;
    // A reset leaves no socket in TIME_WAIT, which would use up the ports.
    for (const { socket } of subscribers) socket?.resetAndDestroy();
    return { cut: true };
  }
  if ("awaitSequence" in command) {
    return { receivedBy: await awaitSequence(command.awaitSequence, command.timeoutMs) };
  }
  return report(command.report);
}

process.on("message", (command: SubscriberCommand) => {
  void execute(command).then((reply) => reply && process.send?.(reply));
});
process.once("disconnect", () => process.exit());
