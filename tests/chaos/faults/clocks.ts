import { until } from "@vega/test-support";
import { setTimeout as delay } from "node:timers/promises";
import type { Rig } from "../rig/rig.ts";
import type { Target } from "../rig/target.ts";
import type { Fault } from "./fault.ts";
import { SERVICES } from "./fault.ts";

const HOUR_MS = 3_600_000;
const PASSWORD = "a-passphrase-for-chaos-only";

/** Until every service has seen that its clock moved: rig/clock.mjs looks every 50 ms. */
const MOVED_MS = 500;
/** A second's expiry, and a tick that is late. */
const EXPIRED_MS = 10_000;

const clock = (name: string, services: readonly string[], byMs: number): Fault => ({
  name,
  rig: "embedded",
  async happen({ rig }) {
    await rig.moveClocks?.(services, byMs);
    await delay(MOVED_MS);
    await clockIsRight(rig);
  },
});

/** Whether new expiries, sessions and invitations go by the clock as it is now. Throws where one does not. */
async function clockIsRight({ platform }: Rig): Promise<void> {
  await platform.ready();
  const id = Math.trunc(performance.now());
  await endsInTime(platform, `/api/memory/clock/k${id}`);
  await logsIn(platform, `clock${id}`);
}

async function endsInTime({ api, token }: Target, path: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  await expectStatus(200, api.send("PUT", path, { value: 1, ttl_seconds: 1 }));
  await until(
    "a value with one second to live has expired",
    async () => (await api.get(path, headers)).status === 404,
    EXPIRED_MS,
  );
}

async function logsIn({ api }: Target, username: string): Promise<void> {
  const { invite } = await expectStatus(201, api.send("POST", "/api/admin/invites", {}));
  const account = { username, password: PASSWORD };
  await expectStatus(201, api.send("POST", "/api/auth/register", { ...account, invite }));
  const { refresh_token } = await expectStatus(200, api.send("POST", "/api/auth/login", account));
  await expectStatus(200, api.send("POST", "/api/auth/refresh", { refresh_token }));
}

async function expectStatus(wanted: number, asked: ReturnType<Target["api"]["send"]>) {
  const { status, body } = await asked;
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
