import type { Network } from "@vega/test-support";
import { expect } from "vitest";
import type { FaultProvider } from "@vega/ai/testing";
import type { Person } from "../integration/people.ts";
import { bearer, logIn, newPerson, post } from "../integration/people.ts";
import type { Family } from "./prometheus-text.ts";
import { parsePrometheus } from "./prometheus-text.ts";

export const SERVICES = ["gateway", "state", "loop", "ai", "auth"] as const;

/** A providers file with the mock provider. */
export const providersAt = (provider: FaultProvider, more: object = {}) => ({
  providers: [
    {
      id: "wall",
      kind: "openai-compatible",
      base_url: provider.baseUrl,
      models: ["good", "*"],
      prices: { good: { input: 1_000, output: 10_000 } },
      ...more,
    },
  ],
  limits: { retries: 0 },
});

/** Causes at least one sample of each metric. */
export async function makeTraffic(network: Network, provider: FaultProvider): Promise<Person> {
  const { api } = network;
  const person = await newPerson(api);
  const token = bearer(person.access);
  expect((await api.send("POST", "/api/memory-update", { update: { ravens: 2 } })).status).toBe(
    200,
  );
  expect((await post(api, "/api/memory", { key: "k", value: 1 }, token)).status).toBeLessThan(500);
  expect((await api.get("/no/such/path")).status).toBe(404);
  const refused = { username: person.username, password: "not-the-passphrase" };
  expect((await post(api, "/api/auth/login", refused)).status).toBe(401);
  await logIn(api, person.username);
  await post(api, "/api/auth/refresh", { refresh_token: person.refresh });
  const complete = (model: string) =>
    post(
      api,
      "/v1/chat/completions",
      { model, messages: [{ role: "user", content: "why?" }] },
      token,
    );
  provider.behave("bad", { kind: "status", status: 500 });
  expect((await complete("wall/good")).status).toBe(200);
  expect((await complete("wall/bad")).status).toBeGreaterThanOrEqual(500);
  expect((await complete("orchestra")).status).toBe(200);
  await api.send("PUT", `/api/admin/budgets/user/${person.id}`, { day: { tokens: 1 } });
  expect((await complete("wall/good")).status).toBe(402);
  // From the first event on, so that missed events are replayed.
  const stream = await api.events("", 1);
  const { headers } = await api.send("POST", "/api/infinity-loop/iterate");
  await stream.next(({ id }) => Number(id) >= Number(headers.get("vega-sequence")));
  return person;
}

/** The metrics of each service. */
export async function readMetrics(network: Network): Promise<Map<string, Map<string, Family>>> {
  const all = new Map<string, Map<string, Family>>();
  for (const name of SERVICES) {
    const [service] = network.running(name);
    all.set(name, parsePrometheus((await service?.metrics?.text()) ?? ""));
  }
  return all;
}
