import type { Api, Network } from "@vega/test-support";
import { createApi, reservePort, startNetwork, until } from "@vega/test-support";
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const MAIN = join(import.meta.dirname, "../../services/gateway/src/main.ts");
const TOKEN = "a-token-for-tests-only";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const ADDRESSES = ["203.0.113.11", "203.0.113.12", "203.0.113.13"];
/** Rounds of views, each ended by a kill of one of two gateways. */
const ROUNDS = 2;
const VIEWS = 15;

/** A gateway in a process of its own. */
interface GatewayProcess {
  readonly api: Api;
  readonly process: ChildProcess;
}

let network: Network;
const gateways: GatewayProcess[] = [];
/** All that were started, ready or not. */
const children: ChildProcess[] = [];
let output = "";

async function startGateway(): Promise<GatewayProcess> {
  const port = await reservePort();
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      NATS_URL: network.nats.urlOf("gateway"),
      PORT: String(port),
      VEGA_ADMIN_TOKEN: TOKEN,
      VEGA_INTERNAL_TOKEN: "an-internal-token-for-tests-only",
      VEGA_TRUSTED_PROXIES: "127.0.0.1",
      VEGA_ANALYTICS_SECONDS: "1",
      HEALTH_LISTEN: "127.0.0.1:0",
    },
  });
  children.push(child);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  const api = createApi(`http://127.0.0.1:${port}`, TOKEN);
  await until(
    "it has read the state",
    async () => (await api.get("/api/status")).status === 200,
    60_000,
  );
  return { api, process: child };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

beforeAll(async () => {
  network = await startNetwork({ services: ["state"] });
  gateways.push(...(await Promise.all([startGateway(), startGateway()])));
});
afterAll(async () => {
  await Promise.all(children.map((child) => kill(child)));
  await network?.close();
});

const view = async (n: number) => {
  const headers = { "user-agent": FIREFOX, "x-forwarded-for": ADDRESSES[n % 3] ?? "" };
  const response = await fetch(`${gateways[n % 2]?.api.url}/docs`, { headers });
  expect(response.status).toBe(200);
  await response.arrayBuffer();
};
/** The present day; days of a test that runs at midnight are summed. */
const report = async () => {
  const [gateway] = gateways;
  if (!gateway) throw new Error("no gateway is running");
  const { total, rows } = (await gateway.api.get("/api/analytics")).body;
  const visitors = rows.map((row: { visitors: number }) => row.visitors) as number[];
  return { views: total.page_views as number, visitors };
};

test("kill -9 loses at most what was not reported, and counts nothing twice", async () => {
  await Promise.all(Array.from({ length: VIEWS }, (_, n) => view(n)));
  let viewed = VIEWS;
  let counted = await until("the first views are counted", async () => {
    const { views, visitors } = await report();
    return views === viewed && visitors.at(-1) === ADDRESSES.length && views;
  });
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = counted;
    await Promise.all(Array.from({ length: VIEWS }, (_, n) => view(n)));
    viewed += VIEWS;
    // Between the first report of the round and the end of the last one.
    counted = await until("a report is counted", async () => {
      const { views } = await report();
      return views > before && views;
    });
    const victim = gateways.splice(round % 2, 1)[0];
    if (victim) await kill(victim.process);
    gateways.push(await startGateway());
    const { views, visitors } = await report();
    expect(views).toBeGreaterThanOrEqual(counted);
    expect(views).toBeLessThanOrEqual(viewed);
    expect(Math.max(...visitors)).toBeLessThanOrEqual(ADDRESSES.length);
    counted = views;
  }
  // The salt and the digests outlive a gateway: its successors know its visitors.
  await Promise.all(Array.from({ length: VIEWS }, (_, n) => view(n)));
  const last = await until("the last views are counted", async () => {
    const now = await report();
    return now.views >= counted + VIEWS && now;
  });
  expect(last.visitors.at(-1)).toBe(ADDRESSES.length);
  expect(last.views).toBeLessThanOrEqual(viewed + VIEWS);
  for (const secret of [FIREFOX, ...ADDRESSES]) expect(output).not.toContain(secret);
});
