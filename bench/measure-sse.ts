import type { Platform } from "@vega/test-network";
import { fork } from "node:child_process";
import { once } from "node:events";
import { quantile, round } from "./figures.ts";
import type { Options } from "./options.ts";
import { residentBytes } from "./processes.ts";

const WRITES = 50;

interface Received {
  readonly sequence: number;
  readonly at: number;
}

const now = () => performance.timeOrigin + performance.now();

/** Many subscribers: from the POST being sent to its event being received, and memory of the gateway for each. */
export async function measureSse(platform: Platform, { sseClients }: Options) {
  const { api } = platform;
  const gateway = (await platform.runFile()).children.find(({ name }) => name === "gateway");
  if (!gateway) throw new Error("there is no gateway");
  await api.send("POST", "/api/infinity-loop/stop");
  const before = residentBytes(gateway.pid);
  const child = fork(new URL("./sse-clients.ts", import.meta.url), {
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  child.send({ port: Number(new URL(api.url).port), clients: sseClients });
  await said(child);
  const after = residentBytes(gateway.pid);

  const sentAt = new Map<number, number>();
  for (let n = 0; n < WRITES; n += 1) {
    const at = now();
    const { headers } = await api.send("PUT", `/api/memory/bench/k${n}`, { value: n });
    sentAt.set(Number(headers.get("vega-sequence")), at);
  }
  child.send({ collect: WRITES });
  const { received } = (await said(child)) as { received: Received[][] };
  child.disconnect();
  await api.send("POST", "/api/infinity-loop/start");

  const delays = received.flatMap((events) => {
    const sequences = events.map(({ sequence }) => sequence);
    if (sequences.join() !== [...sentAt.keys()].join()) {
      throw new Error(`a client received ${sequences.join()}`);
    }
    return events.map(({ sequence, at }) => at - (sentAt.get(sequence) ?? Number.NaN));
  });
  return [
    {
      name: `SSE, ${sseClients} clients, ${WRITES} events: POST sent → received, ms`,
      p50: round(quantile(delays, 0.5), 1),
      p99: round(quantile(delays, 0.99), 1),
      max: round(quantile(delays, 1), 1),
      gateway_bytes_a_client: Math.round((after - before) / sseClients),
      raw: { deliveries: delays.length, before, after },
    },
  ];
}

async function said(child: ReturnType<typeof fork>): Promise<unknown> {
  const [message] = (await once(child, "message")) as [{ failed?: string }];
  if (message.failed) throw new Error(message.failed);
  return message;
}
