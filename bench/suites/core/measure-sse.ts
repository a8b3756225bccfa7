import { setTimeout as delay } from "node:timers/promises";
import { clock } from "../../src/clock.ts";
import type { BenchPlatform } from "../../src/cluster/platform.ts";
import { write } from "../../src/load/write.ts";
import { residentBytes } from "../../src/process/resident.ts";
import type { Section } from "../../src/report/section.ts";
import { show, spreadCells, spreadOf } from "../../src/statistics.ts";
import type { SubscriberReport } from "../../src/subscribers/messages.ts";
import type { Subscribers } from "../../src/subscribers/subscribers.ts";
import { openSubscribers } from "../../src/subscribers/subscribers.ts";
import type { Options } from "./options.ts";

const WRITES = 50;
const WARM_UP_CLIENTS = 100;
const SETTLE_MS = 3_000;
const DELIVERY_TIMEOUT_MS = 10_000;

/** Sequential writes, each after the delivery of the one before to every subscriber; memory of a subscriber. */
export async function measureSse(platform: BenchPlatform, options: Options): Promise<Section> {
  const gateway = (await platform.pids()).get("gateway");
  if (gateway === undefined) throw new Error("the platform has no gateway");
  // The code that the first stream loads and compiles is no cost of a client.
  await (await openSubscribers(platform.url, WARM_UP_CLIENTS, 1)).close();
  await delay(SETTLE_MS);
  const before = residentBytes(gateway);
  const subscribers = await openSubscribers(platform.url, options.sseClients, 1);
  try {
    await delay(SETTLE_MS);
    const connected = residentBytes(gateway);
    const sentAt = await publish(platform, subscribers);
    const written = residentBytes(gateway);
    const report = await subscribers.report([...sentAt.keys()]);
    return section(options.sseClients, sentAt, report, { before, connected, written });
  } finally {
    await subscribers.close();
  }
}

/** @returns the send time of each write, by its sequence */
async function publish(
  { url, writeHeaders }: BenchPlatform,
  subscribers: Subscribers,
): Promise<Map<number, number>> {
  const sentAt = new Map<number, number>();
  for (let n = 0; n < WRITES; n += 1) {
    const at = clock();
    const sequence = await write({ urls: [url], writeHeaders }, n);
    sentAt.set(sequence, at);
    await subscribers.missing(sequence, DELIVERY_TIMEOUT_MS);
  }
  return sentAt;
}

function section(
  clients: number,
  sentAt: ReadonlyMap<number, number>,
  { arrivals, faults }: SubscriberReport,
  memory: { before: number; connected: number; written: number },
): Section {
  const sent = [...sentAt.values()];
  const fromPost = arrivals.flatMap(({ receivedAt }, index) =>
    receivedAt.map((at) => at - (sent[index] ?? Number.NaN)),
  );
  const fromEntry = arrivals.flatMap(({ loggedAt, receivedAt }) =>
    receivedAt.map((at) => at - loggedAt),
  );
  const apart = arrivals.map(({ receivedAt }) => Math.max(...receivedAt) - Math.min(...receivedAt));
  const missing = sentAt.size * clients - fromPost.length;
  const spreads = {
    fromPost: spreadOf(fromPost),
    fromEntry: spreadOf(fromEntry),
    apart: spreadOf(apart),
  };
  const bytesAClient = Math.round((memory.connected - memory.before) / clients);
  return {
    title: `Events to ${clients} subscribers, ${sentAt.size} sequential writes, ms`,
    columns: ["", "p50", "p99", "max"],
    rows: [
      ["POST sent → received", ...spreadCells(spreads.fromPost)],
      ["entry decided → received", ...spreadCells(spreads.fromEntry)],
      ["first client → last client", ...spreadCells(spreads.apart)],
    ],
    notes: [`resident memory of the gateway: ${show(bytesAClient)} bytes a client`],
    aims: [],
    faults: [
      ...faults.slice(0, 10),
      ...(missing === 0 ? [] : [`${missing} of ${sentAt.size * clients} deliveries are missing`]),
    ],
    raw: { clients, writes: sentAt.size, ...spreads, memory, bytesAClient },
  };
}
