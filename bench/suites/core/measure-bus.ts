import { defineRequest, memoryEntrySchema, systemContext } from "@vega/contracts";
import type { Bus } from "@vega/messaging";
import { connectBus, endpoint, request, serve } from "@vega/messaging";
import { startNatsServer } from "@vega/test-support";
import { alternateRounds } from "../../src/load/alternate.ts";
import { runClosedLoops } from "../../src/load/closed-loop.ts";
import { median, show } from "../../src/statistics.ts";
import type { Options } from "./options.ts";
import type { Section } from "../../src/report/section.ts";

const AIM = 1.5;
const WARM_UP_SECONDS = 1;

/** A message of about 200 bytes with the schema of a real contract, in both directions. */
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

type Path = (client: Bus) => Promise<unknown>;

const messaging: Path = (client) => request(client, echo, MESSAGE, CONTEXT);
const raw: Path = async (client) => {
  const reply = await client.nats.request(RAW_SUBJECT, JSON.stringify(MESSAGE), { timeout: 5_000 });
  return JSON.parse(reply.string());
};

/**
 * A validated request through messaging, compared with a raw one with JSON. The connections are created alike, so that
 * the difference is the library's work. Both ends are in this process, with a nats-server of their own.
 */
export async function measureBus(options: Options): Promise<Section> {
  const server = await startNatsServer();
  const [responder, client] = await Promise.all(
    ["bench-responder", "bench-client"].map((name) =>
      connectBus({ url: server.url, name, log: SILENT }),
    ),
  );
  if (!responder || !client) throw new Error("not connected");
  try {
    await serve(responder, { name: "bench", version: "1.0.0", description: "echo" }, [
      endpoint(echo, async (input) => input),
    ]);
    responder.nats.subscribe(RAW_SUBJECT, {
      callback: (_error, message) =>
        void message.respond(JSON.stringify(JSON.parse(message.string()))),
    });
    await responder.nats.flush();
    const results = [];
    for (const inFlight of [1, 64]) results.push(await compare(client, inFlight, options));
    return section(results);
  } finally {
    await Promise.all([responder.close(), client.close()]);
    await server.close();
  }
}

async function compare(client: Bus, inFlight: number, { seconds, rounds }: Options) {
  const subject = (path: Path) => (round: number) =>
    rate(path, client, inFlight, round === 0 ? Math.min(seconds, WARM_UP_SECONDS) : seconds);
  const subjects = new Map([
    ["raw", subject(raw)],
    ["messaging", subject(messaging)],
  ]);
  const results = await alternateRounds({ rounds, warmUp: true }, subjects);
  const [rawRates = [], messagingRates = []] = results.values();
  const ratios = rawRates.map((value, at) => value / (messagingRates[at] ?? Number.NaN));
  return {
    inFlight,
    rates: { raw: rawRates, messaging: messagingRates },
    ratio: median(ratios),
  };
}

/** Requests a second. */
async function rate(path: Path, client: Bus, inFlight: number, seconds: number): Promise<number> {
  let count = 0;
  const once = async () => {
    await path(client);
    count += 1;
  };
  const loops = await runClosedLoops({ clients: inFlight, seconds, once });
  return count / loops.seconds;
}

function section(results: readonly Awaited<ReturnType<typeof compare>>[]): Section {
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
