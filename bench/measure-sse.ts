import { setTimeout as delay } from "node:timers/promises";
import type { Child } from "./child.ts";
import { startChild } from "./child.ts";
import { exchange, headerOf } from "./exchange.ts";
import type { Spread } from "./figures.ts";
import { show, spreadOf } from "./figures.ts";
import type { Options } from "./options.ts";
import type { BenchPlatform } from "./platform.ts";
import { residentBytes } from "./resident.ts";
import type { Section } from "./section.ts";
import type { Delivered, SseCommand, SseReport } from "./sse-messages.ts";
import { clock } from "./sse-messages.ts";

const WRITES = 50;
const WARM_UP_CLIENTS = 100;
const SETTLE_MS = 3_000;
const DELIVERY_TIMEOUT_MS = 10_000;

/** Writes, each when the one before has reached every subscriber; and what a subscriber costs the gateway. */
export async function measureSse(platform: BenchPlatform, options: Options): Promise<Section> {
  const gateway = (await platform.pids()).get("gateway");
  if (gateway === undefined) throw new Error("there is no gateway");
  // Some that come and go first: what the first stream loads and compiles is no client's.
  await (await openClients(platform.url, WARM_UP_CLIENTS)).close();
  await delay(SETTLE_MS);
  const before = residentBytes(gateway);
  const child = await openClients(platform.url, options.sseClients);
  try {
    await delay(SETTLE_MS);
    const connected = residentBytes(gateway);
    const sentAt = await publish(platform, child);
    const written = residentBytes(gateway);
    const question: SseCommand = { report: [...sentAt.keys()] };
    const report = await child.ask<SseReport>(question, "deliveries");
    return section(options.sseClients, sentAt, report, { before, connected, written });
  } finally {
    await child.close();
  }
}

async function openClients(url: string, clients: number): Promise<Child> {
  const child = startChild(new URL("./sse-clients.ts", import.meta.url));
  const command: SseCommand = { open: { url, clients } };
  await child.ask<{ open: true }>(command, "open");
  return child;
}

/** @returns when each write was sent, by the sequence it was given. */
async function publish(platform: BenchPlatform, child: Child): Promise<Map<number, number>> {
  const sentAt = new Map<number, number>();
  const delivered = new Set<number>();
  let awaited = { sequence: 0, resolve: () => undefined as void };
  child.onMessage((message) => {
    if (!("delivered" in message)) return;
    const { delivered: sequence } = message as Delivered;
    delivered.add(sequence);
    if (sequence === awaited.sequence) awaited.resolve();
  });
  for (let n = 0; n < WRITES; n += 1) {
    const body = JSON.stringify({ update: { "bench-event": n } });
    const at = clock();
    const answer = await exchange(platform.url, {
      method: "POST",
      path: "/api/memory-update",
      headers: platform.writeHeaders,
      body,
    });
    if (answer.status !== 200) throw new Error(`a write was answered with ${answer.status}`);
    const sequence = Number(headerOf(answer, "vega-sequence"));
    sentAt.set(sequence, at);
    const { promise, resolve } = Promise.withResolvers<void>();
    awaited = { sequence, resolve };
    const late = setTimeout(resolve, DELIVERY_TIMEOUT_MS);
    if (!delivered.has(sequence)) await promise;
    clearTimeout(late);
  }
  return sentAt;
}

const row = (name: string, { p50, p99, max }: Spread) => [name, ...[p50, p99, max].map(show)];

function section(
  clients: number,
  sentAt: ReadonlyMap<number, number>,
  { deliveries, faults }: SseReport,
  memory: { before: number; connected: number; written: number },
): Section {
  const fromPost = deliveries.flatMap(({ sequence, receivedAt }) =>
    receivedAt.map((at) => at - (sentAt.get(sequence) ?? NaN)),
  );
  const fromEntry = deliveries.flatMap(({ loggedAt, receivedAt }) =>
    receivedAt.map((at) => at - loggedAt),
  );
  const apart = deliveries.map(
    ({ receivedAt }) => Math.max(...receivedAt) - Math.min(...receivedAt),
  );
  const missing = sentAt.size * clients - fromPost.length;
  const spreads = {
    fromPost: spreadOf(fromPost),
    fromEntry: spreadOf(fromEntry),
    apart: spreadOf(apart),
  };
  const bytesAClient = Math.round((memory.connected - memory.before) / clients);
  return {
    title: `Events to ${clients} subscribers, ${sentAt.size} writes one after the other, ms`,
    columns: ["", "p50", "p99", "max"],
    rows: [
      row("POST sent → received", spreads.fromPost),
      row("entry decided → received", spreads.fromEntry),
      row("first client → last client", spreads.apart),
    ],
    notes: [`resident memory of the gateway: ${show(bytesAClient)} bytes a client`],
    aims: [],
    faults: [
      ...faults.slice(0, 10),
      ...(missing === 0 ? [] : [`${missing} of ${sentAt.size * clients} deliveries did not come`]),
    ],
    raw: { clients, writes: sentAt.size, ...spreads, memory, bytesAClient },
  };
}
