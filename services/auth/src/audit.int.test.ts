import type { RequestContext } from "@vega/contracts";
import { audit, sessions, users } from "@vega/contracts";
import { request } from "@vega/messaging";
import { startNetwork, until } from "@vega/test-support";
import { expect, onTestFinished, test } from "vitest";

const PASSWORD = "correct horse battery";
const from = (address: string): RequestContext => ({ actor: { id: "anonymous", address } });

test("the audit trail has logins with their address, and failed logins with a count", async () => {
  const network = await startNetwork({
    services: ["state", "auth"],
    env: { VEGA_REGISTRATION: "open" },
  });
  onTestFinished(() => network.close());
  const { bus } = network;
  const home = from("203.0.113.7");
  const account = { username: "ada", password: PASSWORD };
  const { user } = await request(bus, users.requests.register, account, home);
  await request(bus, sessions.requests.logIn, account, home);

  const own = await request(bus, audit.requests.query, { actor: user.id }, home);
  expect(own.entries.map(({ action, address }) => [action, address])).toEqual([
    [sessions.events.started.type, "203.0.113.7"],
    [users.events.registered.type, "203.0.113.7"],
  ]);

  const guess = { username: "ada", password: "wrong horse" };
  const thief = from("198.51.100.1");
  await Promise.allSettled(
    Array.from({ length: 20 }, () => request(bus, sessions.requests.logIn, guess, thief)),
  );
  const recorded = async () =>
    (await request(bus, audit.requests.query, { action: audit.events.loginFailed.type }, home))
      .entries;
  await until(
    "the first failure of each reason is recorded",
    async () => (await recorded()).length >= 2,
  );
  // Further failures are counted and recorded once a minute.
  const entries = (await recorded()).map(({ data, address }) => ({ ...data, address }));
  expect(entries).toHaveLength(2);
  expect(entries).toEqual(
    expect.arrayContaining([
      { user_id: user.id, reason: "password", count: 1, address: "198.51.100.1" },
      { user_id: null, reason: "throttled", count: 1, address: "198.51.100.1" },
    ]),
  );
  // Pending counts are recorded at shutdown.
  await network.stop("auth");
  const counts = (await recorded()).map(({ data }) => Number(data?.["count"]));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(20);
});
