import { agentRuns } from "@vega/contracts";
import { request } from "@vega/messaging";
import { until } from "@vega/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ADMIN, context, startAgentsAtWork } from "./agents-at-work.ts";
import { bearer, newPerson, PASSWORD, post } from "./people.ts";

/* The clock of the machine was 40 days ahead for a moment and has been corrected. */

const DAY_MS = 86_400_000;
const RealDate = Date;
const realNow = Date.now.bind(Date);

/** All services run in this process with one clock, as on one machine. */
function setClockAhead(ms: number): void {
  const now = () => realNow() + ms;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, made) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, made) as Date,
    get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
  });
}

const { provider, network, iterate, runsOf, define, close } = await startAgentsAtWork(1);
const { api } = network;
afterAll(async () => {
  globalThis.Date = RealDate;
  await close();
});

const put = async (key: string, body: object = {}) => {
  const answer = await api.send("PUT", `/api/memory/default/${key}`, { value: "x", ...body });
  expect(answer.status).toBe(200);
};
const get = async (path: string) => (await api.get(path, ADMIN)).body;
const text = () => new Date().toISOString();

beforeAll(async () => {
  await put("before");
  setClockAhead(40 * DAY_MS);
  await put("ahead");
  setClockAhead(0);
});

test("memory expires by the clock", async () => {
  await put("otp", { ttl_seconds: 2 });
  const entry = await get("/api/memory/default/otp");
  const left = Date.parse(entry.expires_at) - Date.now();
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThanOrEqual(2_000);
  await until("the entry has expired", async () => {
    return (await api.get("/api/memory/default/otp", ADMIN)).status === 404;
  });
  await iterate();
  const actions = await until("the entry is removed", async () => {
    const { entries } = await get("/api/audit?action=vega.memory.deleted.v1");
    return entries.length > 0 && entries;
  });
  expect(actions[0]).toMatchObject({ data: { key: "otp", reason: "expired" } });
});

test("sessions, invitations and reset links created since the correction are valid", async () => {
  const ada = await newPerson(api);
  const refreshed = await post(api, "/api/auth/refresh", { refresh_token: ada.refresh });
  expect(refreshed.status).toBe(200);
  const invited = await api.send("POST", "/api/admin/invites", {});
  expect(invited.status).toBe(201);
  const { invite } = invited.body;
  const registered = await post(api, "/api/auth/register", {
    username: "invited",
    password: PASSWORD,
    invite,
  });
  expect(registered.status).toBe(201);
  const link = await api.send("POST", `/api/admin/users/${ada.id}/password-reset`);
  expect(link.status).toBe(200);
  const reset = await post(api, "/api/auth/password/reset", {
    token: link.body.token,
    new_password: `${PASSWORD}-2`,
  });
  expect(reset.status).toBe(200);
});

test("usage counts for today", async () => {
  provider.behave("wall", { kind: "answer", text: "so" });
  const ada = await newPerson(api);
  const body = { model: "wall/wall", messages: [{ role: "user", content: "why?" }] };
  const answer = await post(api, "/v1/chat/completions", body, bearer(ada.access));
  expect(answer.status).toBe(200);
  const today = text().slice(0, 10);
  const { rows } = (await api.get("/api/usage?by=day", bearer(ada.access))).body;
  expect(rows).toMatchObject([{ key: today, answers: 1 }]);
});

test("an agent whose run is not renewed is idle when the lease expires", async () => {
  await define("scout");
  const iteration = await iterate();
  const lease_seconds = 2;
  const begun = await request(
    network.bus,
    agentRuns.requests.begin,
    { agent: "scout", iteration, lease_seconds },
    context,
  );
  expect(begun.outcome.kind).toBe("begun");
  const since = performance.now();
  await until("the run has failed", async () => {
    await iterate();
    const run = (await runsOf("scout")).find((one) => one.iteration === iteration);
    return run?.status === "failed" && run.error?.code === "lost";
  });
  expect(performance.now() - since).toBeGreaterThan(1_000);
  const next = { agent: "scout", iteration: await iterate(), lease_seconds };
  expect((await request(network.bus, agentRuns.requests.begin, next, context)).outcome.kind).toBe(
    "begun",
  );
  const outcome = { status: "complete", text: "done" } as const;
  await request(network.bus, agentRuns.requests.finish, { ...next, outcome }, context);
});

test("a read at the present time shows writes since the correction, and the audit trail has the clock", async () => {
  await put("k");
  const at = text();
  const seen = async (moment: string) => (await get(`/api/memory?at=${moment}`)).memory;
  // The present as `date -u +%FT%TZ` prints it, without the fraction.
  const whole = await until("the next second", () => {
    const second = `${text().slice(0, 19)}.000Z`;
    return second > at && second;
  });
  expect(Object.keys(await seen(whole)).toSorted()).toEqual(["ahead", "before", "k"]);
  await until("the second is over", () => text() > whole);
  await put("later");
  expect(await seen(whole)).not.toHaveProperty("later");
  expect(await seen(text())).toHaveProperty("later");
  const { entries } = await get("/api/audit?action=vega.memory.changed.v1&limit=1");
  const [{ time, clock }] = entries;
  expect(Math.abs(Date.parse(clock) - Date.now())).toBeLessThan(5_000);
  expect(Date.parse(time) - Date.parse(clock)).toBeGreaterThan(39 * DAY_MS);
  const { entries: all } = await get(`/api/audit?to=${whole}&action=vega.memory.changed.v1`);
  const keys = all.map(({ data }: { data: { key: string } }) => data.key);
  expect(keys[0]).toBe("k");
});

test("the skew is a named error in health and readiness, and the platform stays ready", async () => {
  const skew = await until("the skew is reported", async () =>
    (await get("/api/errors?service=state")).errors.find(
      ({ name }: { name: string }) => name === "ClockSkewError",
    ),
  );
  expect(skew.message).toMatch(
    /^clock skew: the last log entry is [\d,]+ s ahead of this machine's clock/,
  );
  const health = await until("health shows the skew", async () => {
    const found = await get("/api/health");
    return found.services.state.checks.clock !== "ok" && found;
  });
  expect(health.status).toBe("ok");
  const ready = await api.get("/readyz");
  expect(ready.status).toBe(200);
  expect(ready.body.checks).toMatchObject({ state: "ok", clock: expect.stringContaining("skew") });
});
