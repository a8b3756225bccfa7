import { EVENTS_STREAM, FOR_OBSERVERS } from "@vega/contracts";
import { connect } from "nats";
import { runClosedLoops } from "../../src/load/closed-loop.ts";
import type { HttpRequest } from "../../src/load/http-exchange.ts";
import { exchange, jsonOf, wire } from "../../src/load/http-exchange.ts";
import type { HttpLoad } from "../../src/load/http-load.ts";
import { runHttpLoad } from "../../src/load/http-load.ts";
import { createOracle } from "../../src/load/oracle.ts";
import { residentNow } from "../../src/process/resident.ts";
import { spreadOf } from "../../src/statistics.ts";
import { chatBody } from "../../src/upstream/chat.ts";
import { modelOf } from "../../src/upstream/completion-text.ts";
import type { Side } from "./side.ts";
import type { Figures } from "./verdict.ts";

export const PROVIDER = "mock";
const WARM_UP_SECONDS = 0.5;
const WARM_UP_CONNECTIONS = 64;
const MODEL = `${PROVIDER}/${modelOf({ chunks: 1, gapMs: 0 })}`;

/** Measures one side. Throws Error for a failed request or a lost write. */
export type Measurement = (side: Side, seconds: number) => Promise<Figures>;

type Requests = Pick<HttpLoad, "next" | "onResponse">;

const status = ({ url }: Side): Requests => {
  const bytes = Buffer.from(wire(url, { path: "/api/status" }));
  return { next: () => bytes };
};

const chat = ({ url, writeHeaders: headers }: Side): Requests => {
  let sent = 0;
  return {
    next() {
      sent += 1;
      const body = JSON.stringify(chatBody(MODEL, false, `against-${sent}`));
      return wire(url, { method: "POST", path: "/v1/chat/completions", headers, body });
    },
  };
};

async function load({ url }: Side, connections: number, seconds: number, requests: Requests) {
  const round = await runHttpLoad({ url, connections, seconds, ...requests });
  if (round.failed === 0) return round;
  throw new Error(`${round.failed} of ${round.answers} responses were not 2xx`);
}

const figuresOf = (
  name: string,
  { perSecond, p99 }: { perSecond: number; p99: number },
): Figures => ({ [`${name}, 1/s`]: perSecond, [`${name}, p99 ms`]: p99 });

const titleOf = (name: string, connections: number) =>
  `${name}, ${connections} ${connections === 1 ? "connection" : "connections"}`;

const requests =
  (name: string, connections: number, requestsOf: (side: Side) => Requests): Measurement =>
  async (side, seconds) =>
    figuresOf(titleOf(name, connections), await load(side, connections, seconds, requestsOf(side)));

/** Durable writes; the memory of the side is compared with the acknowledged values. */
const writes =
  (connections: number): Measurement =>
  async (side, seconds) => {
    const { url, writeHeaders: headers } = side;
    const path = "/api/memory-update";
    const post = (body: string): HttpRequest => ({ method: "POST", path, headers, body });
    const oracle = createOracle(WARM_UP_CONNECTIONS);
    await exchange(url, post(JSON.stringify({ update: oracle.start })));
    const round = await load(side, connections, seconds, {
      next: (connection) => wire(url, post(oracle.next(connection, connections))),
      onResponse: oracle.onResponse,
    });
    const memory = jsonOf(await exchange(url, { path: "/api/memory", headers })).memory;
    const lost = oracle.faults(memory);
    if (lost.length > 0) throw new Error(`lost writes: ${lost.slice(0, 3).join("; ")}`);
    return figuresOf(titleOf(`POST ${path}`, connections), round);
  };

/** Sequential reads of a stored event, the only request that observers of the bus may send. */
const natsRequests: Measurement = async ({ natsUrl }, seconds) => {
  const { host, username: user, password: pass } = new URL(natsUrl);
  const nats = await connect({ servers: host, user, pass });
  const payload = JSON.stringify({ seq: 1, next_by_subj: EVENTS_STREAM.subjects[0] });
  const times: number[] = [];
  const once = async () => {
    const sent = performance.now();
    const reply = await nats.request(FOR_OBSERVERS.service, payload, { timeout: 5_000 });
    times.push(performance.now() - sent);
    if (reply.headers?.code) throw new Error(`NATS request: ${reply.headers.description}`);
  };
  try {
    const loops = await runClosedLoops({ clients: 1, seconds, once });
    return figuresOf("NATS request", {
      perSecond: times.length / loops.seconds,
      ...spreadOf(times),
    });
  } finally {
    await nats.close();
  }
};

/** Resident memory of all processes of the side. */
const resident =
  (phase: string): Measurement =>
  async ({ pids }) => {
    const bytes = Object.values(residentNow(pids)).reduce((sum, value) => sum + value, 0);
    return { [`resident memory ${phase}, MiB`]: bytes / 1024 ** 2 };
  };

/** Compiles the hot paths. */
const warmUp: Measurement = async (side, seconds) => {
  const shorter = Math.min(seconds, WARM_UP_SECONDS);
  for (const kind of [status(side), chat(side)]) {
    await load(side, WARM_UP_CONNECTIONS, shorter, kind);
  }
  await writes(WARM_UP_CONNECTIONS)(side, shorter);
  return {};
};

/** One round, in this order. */
export const MEASUREMENTS: readonly Measurement[] = [
  async ({ startMs }) => ({ "start, ms": startMs }),
  resident("after the start"),
  warmUp,
  requests("GET /api/status", 1, status),
  requests("GET /api/status", 64, status),
  writes(1),
  writes(64),
  requests("POST /v1/chat/completions", 1, chat),
  requests("POST /v1/chat/completions", 64, chat),
  natsRequests,
  resident("after the loads"),
];
