import { sessions } from "@vega/contracts";
import { collectHealthReports } from "@vega/messaging";
import { until } from "@vega/test-support";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ADMIN_PASSWORD, code, given } from "./testing/network.ts";

test("several replicas create one administrator and one signing key and accept the same sessions", async () => {
  const { send, logIn, events } = await given({ replicas: { auth: 3 } });
  for (let n = 0; n < 6; n += 1) {
    const { grant } = await logIn("admin", ADMIN_PASSWORD);
    await send(sessions.requests.refresh, { refresh_token: grant.refresh_token });
  }
  const types = (await events()).map(({ type }) => type);
  expect(types.filter((type) => type === "vega.user.registered.v1")).toHaveLength(1);
  expect(types.filter((type) => type === "vega.signing_key.added.v1")).toHaveLength(1);
});

test("the generated password of the first administrator is written once, with mode 0600", async () => {
  const { network, logIn } = await given({ env: { VEGA_ADMIN_PASSWORD: "" } });
  const path = join(network.folder, "admin-password");
  const password = (await readFile(path, "utf8")).trim();
  expect(password).toMatch(/^[a-z2-9]{6}(-[a-z2-9]{6}){3}$/);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await logIn("admin", password)).grant.user.role).toBe("admin");
  await network.stop("auth");
  await network.start("auth");
  expect((await readFile(path, "utf8")).trim()).toBe(password);
  await logIn("admin", password);
});

test("auth starts without state, reports that it waits for state, and works when state is up", async () => {
  const { network, logIn } = await given();
  await network.stop("auth");
  await network.stop("state");
  await network.start("auth");
  const report = async () => {
    const reports = await collectHealthReports(network.bus, { waitMs: 500, enough: () => true });
    return reports[0];
  };
  const bothAnswer = (reports: readonly unknown[]) => reports.length === 2;
  expect(await report()).toMatchObject({ ready: false, checks: { accounts: "waiting for state" } });
  await expect(logIn("admin", ADMIN_PASSWORD)).rejects.toMatchObject(code("unavailable"));
  await network.start("state");
  await until("auth is ready", async () => {
    const reports = await collectHealthReports(network.bus, { waitMs: 500, enough: bothAnswer });
    return reports.some(({ service, ready }) => service === "auth" && ready);
  });
  await logIn("admin", ADMIN_PASSWORD);

  await network.stop("state");
  expect(await report()).toMatchObject({ ready: true, checks: { accounts: "ok" } });
  await network.start("state");
});
