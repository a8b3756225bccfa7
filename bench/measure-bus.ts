import { defineRequest, memoryEntrySchema, systemContext } from "@vega/contracts";
import type { Bus } from "@vega/messaging";
import { connectBus, endpoint, request, serve } from "@vega/messaging";
import { startNatsServer } from "@vega/test-support";
import { median, show } from "./figures.ts";
import type { Options } from "./options.ts";
import type { Section } from "./section.ts";

const AIM = 1.5;
const WARM_UP_SECONDS = 1;

/** A real contract's message of about 200 bytes, both ways. */
const echo = defineRequest({
  subject: "vega.bench.memory.echo",
  callers: [],
  input: memoryEntrySchema,
  output: memoryEntrySchema,
  errors: [],
});
const MESSAGE = {
  namespace: "default",
  key: "topic",
  value: "ravens ".repeat(9),
  expires_at: null,
  updated_at: "2026-11-22T22:05:27.522Z",
  bytes: 65,
};
const RAW_SUBJECT = "bench.raw";
const CONTEXT = systemContext("bench");
const ignore = () => undefined;
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };

type Way = (client: Bus) => Promise<unknown>;

const messaging: Way = (client) => request(client, echo, MESSAGE, CONTEXT);
const raw: Way = async (client) => {
  const reply = await client.nats.request(RAW_SUBJECT, JSON.stringify(MESSAGE), { timeout: 5_000 });
  return JSON.parse(reply.string());
};

/** A validated request through messaging against a raw one with JSON: on connections of the same making, for the
 * difference to be the library's work alone; both ends in this process, a nats-server of its own beside it. */
export async function measureBus(options: Options): Promise<Section> {
  const server = await startNatsServer();
  const [responder, client] = await Promise.all(
    ["bench-responder", "bench-client"].map((name) =>
      connectBus({ url: server.url, name, log: SILENT }),
    ),
  );
  if (!responder || !client) throw new Error("not connected");
  try {
    await serve(responder, { name: "bench", version: "1.0.0", description: "says it again" }, [
      endpoint(echo, async (input) => input),
    ]);
    responder.nats.subscribe(RAW_SUBJECT, {
      callback: (_error, message) =>
        void message.respond(JSON.stringify(JSON.parse(message.string()))),
    });
    await responder.nats.flush();
    const results = [];
    for (const inFlight of [1, 64]) results.push(await inTurn(client, inFlight, options));
    return section(results);
  } finally {
    await Promise.all([responder.close(), client.close()]);
    await server.close();
  }
}

async function inTurn(client: Bus, inFlight: number, { seconds, rounds }: Options) {
  for (const way of [raw, messaging]) {
    await rate(way, client, inFlight, Math.min(seconds, WARM_UP_SECONDS));
  }
  const rates = { raw: [] as number[], messaging: [] as number[] };
  const ratios: number[] = [];
  for (let turn = 0; turn < rounds; turn += 1) {
    const plain = await rate(raw, client, inFlight, seconds);
    const typed = await rate(messaging, client, inFlight, seconds);
    rates.raw.push(plain);
    rates.messaging.push(typed);
    ratios.push(plain / typed);
  }
  return { inFlight, rates, ratio: median(ratios) };
}

/** Requests a second, so many under way at once. */
async function rate(way: Way, client: Bus, inFlight: number, seconds: number): Promise<number> {
  const started = performance.now();
  const deadline = started + seconds * 1_000;
  let count = 0;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (performance.now() < deadline) {
        await way(client);
        count += 1;
      }
    }),
  );
  return (count / (performance.now() - started)) * 1_000;
}

function section(results: readonly Awaited<ReturnType<typeof inTurn>>[]): Section {
  return {
    title: `NATS request of ${JSON.stringify(MESSAGE).length} bytes through messaging, side by side with a raw one`,
    columns: ["in flight", "messaging/s", "raw/s", "time, raw = 1"],
    rows: results.map(({ inFlight, rates, ratio }) => [
      String(inFlight),
      show(median(rates.messaging)),
      show(median(rates.raw)),
      show(ratio),
    ]),
    aims: results.map(({ inFlight, ratio }) => ({
      what: `${inFlight} in flight: ${show(ratio)} times raw, aim ≤ ${AIM}`,
      met: ratio <= AIM,
    })),
    faults: [],
    raw: results,
  };
}
