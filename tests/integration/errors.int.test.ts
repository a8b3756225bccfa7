import type { ErrorGroup } from "@vega/contracts";
import { LOOP_TICKED } from "@vega/contracts";
import type { Network } from "@vega/test-support";
import { startNetwork, until } from "@vega/test-support";
import { afterEach, beforeEach, expect, test } from "vitest";

let network: Network;
beforeEach(async () => {
  network = await startNetwork();
});
afterEach(() => network?.close());

const admin = { authorization: "Bearer a-token-for-tests-only" };
const errors = async (query = ""): Promise<ErrorGroup[]> =>
  (await network.api.get(`/api/errors${query}`, admin)).body.errors;

test("a malformed message is reported once by each service that dropped it", async () => {
  await network.bus.nats.jetstream().publish(LOOP_TICKED.subject, "no JSON, and password=hunter2");
  const services = ["ai", "auth", "state"];
  const seen = await until("all services have reported", async () => {
    const found = await errors();
    return services.every((name) => found.some(({ service }) => service === name)) && found;
  });
  for (const group of seen) expect(group).toMatchObject({ kind: "dead_letter", count: 1 });
  expect(JSON.stringify(seen)).not.toContain("hunter2");
  expect((await errors("?service=auth")).map(({ service }) => service)).toEqual(["auth"]);
  // The loop continues: the dropped message does not block it.
  expect((await network.api.send("POST", "/api/infinity-loop/iterate")).status).toBe(200);
});

test("a malformed message on the events subject has no effect", async () => {
  const sse = await network.api.events();
  for (const text of ["no JSON", "{}", '{"specversion":"1.0"}']) {
    network.bus.nats.publish("vega.events.memory.changed", text);
  }
  await network.bus.nats.flush();
  const put = await network.api.send("PUT", "/api/memory/a/k", { value: 1 });
  expect(put.status).toBe(200);
  await sse.next(({ data }) => data["key"] === "k");
  sse.close();
});

test("responses from 500 are counted by kind, also those sent while state was down", async () => {
  await network.stop("auth");
  const body = { username: "admin", password: "a-password-of-somebody" };
  for (let n = 0; n < 3; n += 1) {
    expect((await network.api.send("POST", "/api/auth/login", body)).status).toBe(503);
  }
  await network.stop("state");
  expect((await network.api.send("PUT", "/api/memory/a/k", { value: 1 })).status).toBe(503);
  await network.start("state");
  await network.start("auth");
  await network.ready();
  const seen = await until("the gateway has reported", async () => {
    const found = await errors("?service=gateway");
    return found.reduce((sum, { count }) => sum + count, 0) >= 4 && found;
  });
  for (const group of seen) {
    expect(group).toMatchObject({ kind: "request", name: "VegaError" });
    expect(group.first_seen <= group.last_seen).toBe(true);
    expect(group.example.request_id).toBeTruthy();
    expect(group.example.traceparent).toMatch(/^00-/);
  }
  expect(JSON.stringify(seen)).not.toContain("a-password-of-somebody");
  expect(JSON.stringify(seen)).not.toContain(network.folder);
});
