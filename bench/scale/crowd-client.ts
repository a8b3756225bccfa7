// Thousands of subscribers of GET /api/events in a process of their own, which come back when they are cut off. What they
// are told and do is in crowd-messages.ts.
import type { Socket } from "node:net";
import { connect } from "node:net";
import { clock } from "../sse-messages.ts";
import type { Come, CrowdCommand, CrowdReport } from "./crowd-messages.ts";
import { createOrder, eventReader } from "./event-reader.ts";

/** Connections opened at once at the beginning, which is no storm. */
const WAVE = 100;
const SHOWN_FAULTS = 10;
/** Between two attempts of those who come back at once and find nobody. */
const KNOCK_MS = 50;

interface Subscriber {
  socket: Socket | undefined;
  last: number | undefined;
  greeted: boolean;
  retryMs: number;
}

const subscribers: Subscriber[] = [];
const order = createOrder();
let arrivals = new Map<number, number[]>();
let backAt: number[] = [];
let faults: string[] = [];
let faultCount = 0;
let triedAgain = 0;
let come: Come | undefined;
let place = { url: new URL("http://127.0.0.1"), from: "127.0.0.1" };
let awaited = { sequence: Infinity, left: 0, resolve: () => undefined as void };

function fault(text: string): void {
  faultCount += 1;
  if (faults.length < SHOWN_FAULTS) faults.push(text);
}

function subscribe(subscriber: Subscriber, greeted: () => void): void {
  const { url, from } = place;
  const cursor = subscriber.last;
  const socket = connect({
    host: url.hostname,
    port: Number(url.port),
    localAddress: from,
    noDelay: true,
  });
  subscriber.socket = socket;
  subscriber.greeted = false;
  const reader = eventReader(
    (sequence, block) => {
      if (subscriber.greeted) return noted(subscriber, sequence, block);
      if (!block.includes('"type":"connected"')) fault(`greeted with ${block}`);
      if (cursor !== undefined && sequence !== cursor) fault(`at ${sequence}, not ${cursor}`);
      subscriber.last = sequence;
      subscriber.greeted = true;
      greeted();
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
  // Told by `close`.
  socket.on("error", () => undefined);
  socket.on("close", () => gone(subscriber));
}

function gone(subscriber: Subscriber): void {
  if (come === undefined) return fault("a stream ended");
  if (!subscriber.greeted) triedAgain += 1;
  // The first time at once or after `retry`; where nobody listens yet, again soon.
  const knock = subscriber.greeted ? 0 : KNOCK_MS;
  const wait = come === "at once" ? knock : subscriber.retryMs;
  setTimeout(() => subscribe(subscriber, () => backAt.push(clock())), wait);
}

function noted(subscriber: Subscriber, sequence: number, block: string): void {
  const last = subscriber.last ?? 0;
  if (block.includes('"type":"resync"')) fault(`resync at ${last}`);
  const wrong = order.check(last, sequence);
  if (wrong !== undefined) fault(wrong);
  subscriber.last = sequence;
  const times = arrivals.get(sequence);
  if (times) times.push(clock());
  else arrivals.set(sequence, [clock()]);
  if (sequence >= awaited.sequence && last < awaited.sequence && (awaited.left -= 1) === 0)
    awaited.resolve();
}

async function open(clients: number): Promise<void> {
  for (let done = 0; done < clients; done += WAVE) {
    const wave = Array.from({ length: Math.min(WAVE, clients - done) }, async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const subscriber = { socket: undefined, last: undefined, greeted: false, retryMs: 0 };
      subscribers.push(subscriber);
      subscribe(subscriber, resolve);
      return promise;
    });
    await Promise.all(wave);
  }
}

async function untilTold(sequence: number, withinMs: number): Promise<number> {
  const isBehind = ({ last }: Subscriber) => (last ?? 0) < sequence;
  const { promise, resolve } = Promise.withResolvers<void>();
  awaited = { sequence, left: subscribers.filter(isBehind).length, resolve };
  if (awaited.left > 0) {
    const late = setTimeout(resolve, withinMs);
    await promise;
    clearTimeout(late);
  }
  return subscribers.length - subscribers.filter(isBehind).length;
}

function report(sequences: readonly number[]): CrowdReport {
  const { user, system } = process.cpuUsage();
  const noticed = {
    arrivals: sequences.map((sequence) => arrivals.get(sequence) ?? []),
    backAt,
    triedAgain,
    faults,
    faultCount,
    cpuMs: (user + system) / 1_000,
  };
  arrivals = new Map();
  [backAt, faults] = [[], []];
  [triedAgain, faultCount] = [0, 0];
  return noticed;
}

async function carryOut(command: CrowdCommand): Promise<object | undefined> {
  if ("open" in command) {
    place = { url: new URL(command.open.url), from: command.open.from };
    await open(command.open.clients);
    return { opened: subscribers.length };
  }
  if ("expectCut" in command) {
    come = command.expectCut;
    return undefined;
  }
  if ("cut" in command) {
    come = command.cut;
    // A reset, as where a line is cut: nothing is left in TIME_WAIT, which would take the ports.
    for (const { socket } of subscribers) socket?.resetAndDestroy();
    return { cut: true };
  }
  if ("told" in command) return { toldTo: await untilTold(command.told, command.withinMs) };
  return report(command.report);
}

process.on("message", (command: CrowdCommand) => {
  void carryOut(command).then((answer) => answer && process.send?.(answer));
});
process.once("disconnect", () => process.exit());
