import { until } from "@vega/test-support";
import { setTimeout as delay } from "node:timers/promises";
import type { Cluster } from "../cluster/cluster.ts";
import type { Target } from "../cluster/target.ts";
import type { Fault } from "./fault.ts";
import { SERVICES } from "./fault.ts";

const HOUR_MS = 3_600_000;
const PASSWORD = "a-passphrase-for-chaos-only";

/** Time for every service to move its clock: cluster/clock.mjs checks every 50 ms. */
const MOVED_MS = 500;
/** Timeout for an expiry of one second plus a late tick, ms */
const EXPIRED_MS = 10_000;

const clock = (name: string, services: readonly string[], byMs: number): Fault => ({
  name,
  cluster: "embedded",
  async inject({ cluster }) {
    await cluster.moveClocks?.(services, byMs);
    await delay(MOVED_MS);
    await checkClock(cluster);
  },
});

/** @throws Error if a new expiry, session or invitation does not follow the moved clock */
async function checkClock({ platform }: Cluster): Promise<void> {
  await platform.ready();
  const id = Math.trunc(performance.now());
  await checkExpiry(platform, `/api/memory/clock/k${id}`);
  await checkLogin(platform, `clock${id}`);
}

async function checkExpiry({ api, token }: Target, path: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  await expectStatus(200, api.send("PUT", path, { value: 1, ttl_seconds: 1 }));
  await until(
    "a value with a lifetime of one second has expired",
    async () => (await api.get(path, headers)).status === 404,
    EXPIRED_MS,
  );
}

async function checkLogin({ api }: Target, username: string): Promise<void> {
  const { invite } = await expectStatus(201, api.send("POST", "/api/admin/invites", {}));
  const account = { username, password: PASSWORD };
  await expectStatus(201, api.send("POST", "/api/auth/register", { ...account, invite }));
  const { refresh_token } = await expectStatus(200, api.send("POST", "/api/auth/login", account));
  await expectStatus(200, api.send("POST", "/api/auth/refresh", { refresh_token }));
}

async function expectStatus(wanted: number, response: ReturnType<Target["api"]["send"]>) {
  const { status, body } = await response;
  if (status !== wanted) throw new Error(`${status}, not ${wanted}: ${JSON.stringify(body)}`);
  return body;
}

export const clockFaults: readonly Fault[] = [
  clock("clock-forward", SERVICES, HOUR_MS),
  clock("clock-back", SERVICES, -HOUR_MS),
  clock("clock-state-ahead", ["state"], HOUR_MS),
  clock("clock-state-back", ["state"], -HOUR_MS),
  clock("clock-loop-ahead", ["loop"], HOUR_MS),
  clock("clock-loop-back", ["loop"], -HOUR_MS),
];
