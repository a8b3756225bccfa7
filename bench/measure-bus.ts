import { defineRequest, systemContext } from "@vega/contracts";
import { connectBus, endpoint, request, serve } from "@vega/messaging";
import type { Platform } from "@vega/test-network";
import { connect } from "nats";
import { z } from "zod";
import { median, round } from "./figures.ts";
import type { Options } from "./options.ts";

const contract = defineRequest({
  subject: "vega.bench.text.echo",
  input: z.object({ namespace: z.string(), key: z.string(), value: z.string() }),
  output: z.object({ sequence: z.int(), value: z.string() }),
  errors: [],
});
const RAW_SUBJECT = "bench.raw";
const INPUT = { namespace: "default", key: "topic", value: "x".repeat(150) };
const context = systemContext("bench");
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Requests a second with so many in flight. */
async function rate(
  seconds: number,
  inFlight: number,
  ask: () => Promise<unknown>,
): Promise<number> {
  const started = performance.now();
  const end = started + seconds * 1_000;
  let count = 0;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (performance.now() < end) {
        await ask();
        count += 1;
      }
    }),
  );
  return count / ((performance.now() - started) / 1_000);
}

/** A request through messaging (validated at both ends, with context) against a raw one with JSON. */
export async function measureBus(platform: Platform, { seconds, rounds }: Options) {
  const { nats_url: url } = await platform.runFile();
  const [server, client] = await Promise.all(
    ["server", "client"].map((name) => connectBus({ url, name: `bench-${name}`, log: silent })),
  );
  if (!server || !client) throw new Error("no connection");
  const stop = await serve(server, { name: "bench", version: "1.0.0", description: "echo" }, [
    endpoint(contract, ({ value }) => Promise.resolve({ sequence: 1, value })),
  ]);
  const { host: servers, username: token } = new URL(url);
  const [rawServer, rawClient] = await Promise.all([1, 2].map(() => connect({ servers, token })));
  if (!rawServer || !rawClient) throw new Error("no connection");
  rawServer.subscribe(RAW_SUBJECT, {
    callback: (_error, message) => {
      const { value } = message.json<typeof INPUT>();
      message.respond(JSON.stringify({ sequence: 1, value }));
    },
  });
  const raw = async () => (await rawClient.request(RAW_SUBJECT, JSON.stringify(INPUT))).json();
  const typed = () => request(client, contract, INPUT, context);
  await rawServer.flush();

  const results = [];
  for (const inFlight of [1, 64]) {
    const rates = { messaging: [] as number[], raw: [] as number[] };
    for (let turn = 0; turn < rounds; turn += 1) {
      rates.raw.push(await rate(seconds, inFlight, raw));
      rates.messaging.push(await rate(seconds, inFlight, typed));
    }
    const ratio = round(median(rates.raw) / median(rates.messaging), 2);
    results.push({
      name: `NATS request, ${inFlight} in flight`,
      messaging_per_second: round(median(rates.messaging)),
      raw_per_second: round(median(rates.raw)),
      ratio,
      aim: "at most 1.5 times the time of a raw request",
      met: ratio <= 1.5,
      raw: rates,
    });
  }
  await stop();
  await Promise.all([server.close(), client.close(), rawServer.close(), rawClient.close()]);
  return results;
}
