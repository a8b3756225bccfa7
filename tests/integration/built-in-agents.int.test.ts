import { BUILT_IN_AGENTS, alerts, audit, memory, storedNamespace } from "@vega/contracts";
import { request } from "@vega/messaging";
import { readWholeLog, until } from "@vega/test-support";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, test } from "vitest";
import { ADMIN, context, startAgentsAtWork } from "./agents-at-work.ts";
import { bearer, newPerson, PASSWORD, post } from "./people.ts";

/* The built-in agents, run manually: scheduled runs would interfere. */

const { provider, network, iterate, ended, define, runManually, close } =
  await startAgentsAtWork(1);
afterAll(close);
for (const name of BUILT_IN_AGENTS) await define(name);

test("ae_agent summarizes the system state, with a model or without", async () => {
  provider.behave("writer", { kind: "answer", text: "The system is well." });
  await define("ae_agent", { model: "wall/writer" });
  const byModel = (await runManually("ae_agent")).body.run;
  expect(await ended("ae_agent", byModel.iteration)).toMatchObject({
    status: "complete",
    text: "The system is well.",
    written_by: "model",
  });
  const sent = JSON.stringify(provider.callsOf("writer")[0]?.body.messages);
  expect(sent).toContain("The core alpha is");
  await define("ae_agent", { model: "local/echo-analyst" });
  await iterate();
  const { iteration } = (await runManually("ae_agent")).body.run;
  const run = await ended("ae_agent", iteration);
  expect(run).toMatchObject({ status: "complete", written_by: "evidence" });
  expect(run.text).toMatch(/^Composed from system data, without a language model\.\n/);
  expect(run.text).toContain("The core omega is");
  provider.behave("writer", { kind: "status", status: 500 });
  await define("ae_agent", { model: "wall/writer" });
  await iterate();
  const without = (await runManually("ae_agent")).body.run;
  expect(await ended("ae_agent", without.iteration)).toMatchObject({
    status: "complete",
    written_by: "evidence",
    data: { model_fault: expect.any(String) as string },
  });
});

test("ae_symbol_agent distils conversations of accounts that allow it into their own memory", async () => {
  provider.behave("chat", { kind: "answer", text: "ravens are black" });
  provider.behave("distil", { kind: "answer", text: "wants to know of ravens" });
  await define("ae_symbol_agent", { model: "wall/distil" });
  const [willing, other] = [await newPerson(network.api), await newPerson(network.api)];
  for (const { access } of [willing, other]) {
    const body = { model: "wall/chat", messages: [{ role: "user", content: "what of ravens?" }] };
    const response = await post(network.api, "/v1/chat/completions", body, bearer(access));
    expect(response.status).toBe(200);
  }
  const allow = async (distil_conversations: unknown) => {
    const answer = await network.api.send(
      "PUT",
      "/api/me/preferences",
      { distil_conversations },
      bearer(willing.access),
    );
    expect(answer.status).toBe(200);
  };
  const memoryOf = async (owner: string) => {
    const namespace = storedNamespace(owner, "ae_symbol_agent");
    return (await request(network.bus, memory.requests.list, { namespace }, context)).entries;
  };
  const runOnce = async () => {
    await iterate();
    const { iteration } = (await runManually("ae_symbol_agent")).body.run;
    return ended("ae_symbol_agent", iteration);
  };
  await allow("yes");
  expect(await runOnce()).toMatchObject({ data: { accounts: 0, conversations: 0 } });
  await allow(true);
  const run = await runOnce();
  expect(run).toMatchObject({ status: "complete", data: { accounts: 1, conversations: 1 } });
  // Runs contain no account and no text.
  expect(JSON.stringify(run)).not.toMatch(new RegExp(`ravens|${willing.id}`));
  expect(await memoryOf(willing.id)).toMatchObject([
    { value: { text: "wants to know of ravens", messages: 2, by: "distil" } },
  ]);
  expect(await memoryOf(other.id)).toEqual([]);
  // A distilled conversation is not distilled a second time.
  expect(await runOnce()).toMatchObject({ data: { accounts: 1, conversations: 0 } });
  const [conversation] = (await network.api.get("/api/conversations", bearer(willing.access))).body
    .conversations;
  await network.api.send(
    "DELETE",
    `/api/conversations/${conversation.id}`,
    undefined,
    bearer(willing.access),
  );
  await runOnce();
  expect(await memoryOf(willing.id)).toEqual([]);
  await allow(false);
  expect(await runOnce()).toMatchObject({ data: { accounts: 0 } });
  await allow(true);
  const { body } = await network.api.raw("/api/me", {
    method: "DELETE",
    headers: { ...bearer(willing.access), "content-type": "application/json" },
    body: JSON.stringify({ password: PASSWORD }),
  });
  expect(body).toEqual({ success: true });
  expect(await runOnce()).toMatchObject({ data: { accounts: 0 } });
});

test("miracore raises one alert for a burst of failed logins, for operators", async () => {
  const person = await newPerson(network.api);
  const operator = await network.api.events("?types=alert_raised", undefined, ADMIN);
  const user = await network.api.events("?types=alert_raised", undefined, bearer(person.access));
  const fail = (count: number) =>
    request(
      network.bus,
      audit.requests.note,
      {
        note: {
          type: audit.events.loginFailed.type,
          data: { user_id: person.id, reason: "password", count },
        },
      },
      context,
    );
  const runOnce = async () => {
    await iterate();
    const { iteration } = (await runManually("miracore")).body.run;
    return ended("miracore", iteration);
  };
  await fail(5);
  expect(await runOnce()).toMatchObject({
    status: "complete",
    text: expect.stringContaining("No anomalies") as string,
    data: { failed_logins: 5, alerts: [] },
  });
  await fail(16);
  const run = await runOnce();
  expect(run).toMatchObject({
    data: { failed_logins: 16, raised: 1, alerts: ["failed_logins"] },
  });
  expect(JSON.stringify(run)).not.toContain(person.id);
  await fail(30);
  expect(await runOnce()).toMatchObject({ data: { raised: 0, alerts: ["failed_logins"] } });
  expect(await runOnce()).toMatchObject({ data: { failed_logins: 0, alerts: [] } });
  const raised = (await readWholeLog(network.bus)).filter(
    ({ type }) => type === alerts.events.raised.type,
  );
  expect(raised).toHaveLength(1);
  const listed = await network.api.get("/api/alerts?limit=1", ADMIN);
  expect([listed.status, listed.body.alerts]).toEqual([
    200,
    raised.map(({ sequence, time, data }) => ({
      sequence,
      time,
      ...alerts.events.raised.data.parse(data),
    })),
  ]);
  expect((await network.api.get("/api/alerts", bearer(person.access))).status).toBe(403);
  await until("operators receive the alert", () =>
    operator.events.some(({ data }) => (data as { type?: string }).type === "alert_raised"),
  );
  expect(user.events.some(({ data }) => (data as { type?: string }).type === "alert_raised")).toBe(
    false,
  );
  operator.close();
  user.close();
});

test("miracore detects a changed old entry of the log", async () => {
  const runOnce = async () => {
    await iterate();
    const { iteration } = (await runManually("miracore")).body.run;
    return ended("miracore", iteration);
  };
  expect(await runOnce()).toMatchObject({ data: { alerts: [] } });
  const database = new DatabaseSync(join(network.folder, "vega.db"));
  const change = "UPDATE log SET entry = json_set(entry, '$.context.actor.id', 'forged')";
  database.exec(`${change} WHERE sequence = 5`);
  database.close();
  expect(await runOnce()).toMatchObject({ data: { raised: 1, alerts: ["broken_chain/5"] } });
  // One alert for any number of detections.
  expect(await runOnce()).toMatchObject({ status: "complete" });
  const brokenChain = (await readWholeLog(network.bus)).filter(
    ({ type, subject }) =>
      type === alerts.events.raised.type && subject === "alerts/broken_chain/5",
  );
  expect(brokenChain).toHaveLength(1);
});
