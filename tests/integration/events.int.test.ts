import type { CloudEvent } from "@vega/contracts";
import { eventContract, LOG_EVENTS } from "@vega/contracts";
import type { Network } from "@vega/test-support";
import { readWholeLog, startNetwork, until } from "@vega/test-support";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { connect } from "nats";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bearer, newPerson, PASSWORD, post } from "./people.ts";

const document = JSON.parse(
  readFileSync(new URL("../../docs/reference/asyncapi.json", import.meta.url), "utf8"),
) as { channels: Record<string, { address: string }> };

const ADMIN = bearer("a-token-for-tests-only");
/** Event types that this test does not cause: they need time, a failure or an expiry. */
const NOT_HERE = new Set([
  "vega.agent_run.ended.v1",
  "vega.agent_run.renewed.v1",
  "vega.alert.raised.v1",
  "vega.error.seen.v1",
  "vega.log.thinned.v1",
  "vega.message.progressed.v1",
  "vega.conversation.summarized.v1",
  "vega.one_time_token.expired.v1",
]);

let network: Network;
beforeAll(async () => {
  network = await startNetwork({
    env: { VEGA_REGISTRATION: "open", VEGA_ANALYTICS: "true", VEGA_ANALYTICS_SECONDS: "1" },
  });
});
afterAll(() => network?.close());

/** Causes one event of each other type. */
async function live(): Promise<void> {
  const { api } = network;
  const send = async (...request: Parameters<typeof api.send>) => {
    const answer = await api.send(...request);
    expect([request[1], answer.status < 300, answer.body]).toEqual([request[1], true, answer.body]);
    return answer.body;
  };
  await fetch(`${api.url}/docs`, { headers: { "user-agent": "Mozilla/5.0 Firefox/140.0" } });
  await send("POST", "/api/memory-update", { update: { topic: "ravens" } });
  await send("PUT", "/api/memory/birds", { schema: { type: "object" } });
  await send("DELETE", "/api/memory/default/topic");
  await send("PATCH", "/api/modules/relax", { status: "inactive" });
  await send("POST", "/api/agents/ae_agent/activate");
  await send("POST", "/api/infinity-loop/stop");
  await send("POST", "/api/infinity-loop/start");
  await send("POST", "/api/infinity-loop/iterate");
  await send("POST", "/api/admin/import", (await api.get("/api/admin/export", ADMIN)).body);
  await send("POST", "/api/admin/restore", { sequence: 2 });

  await send("PUT", "/api/admin/budgets/system/all", { day: { tokens: 1_000_000 } });
  await send("POST", "/api/prompt", { prompt: "hello" });
  await send("DELETE", "/api/admin/budgets/system/all");
  const conversation = await send("POST", "/api/conversations?shared=true", { title: "one" });
  const path = `/api/conversations/${conversation.id}`;
  await send("PATCH", `${path}?shared=true`, { title: "two" });
  await send("DELETE", `${path}?shared=true`);
  const scout = { prompt: "Look.", model: "local", schedule: { every: 1 } };
  await send("PUT", "/api/agents/scout", scout);
  await send("POST", "/api/agents/scout/run");
  await send("PUT", "/api/agents/passing", { prompt: "Look." });
  await send("DELETE", "/api/agents/passing");

  const upload = async (target: string, text: string) => {
    const form = new FormData();
    form.append("file", new Blob([text]), "ravens.txt");
    const answer = await api.raw(target, { method: "POST", headers: ADMIN, body: form });
    expect([target, answer.status, answer.body]).toEqual([target, 201, answer.body]);
    return answer.body;
  };
  const asset = await upload("/api/library/files", "Ravens.");
  const address = `/api/library/files/${asset.id}`;
  await upload(`${address}/versions`, "Ravens cache food.");
  await send("PATCH", address, { title: "Ravens" });
  await send("DELETE", address);
  const paper = await send("POST", "/api/whitepapers", { title: "Ravens", markdown: "# Ravens" });
  const ifMatch = { "if-match": "*" };
  await send("PUT", `/api/whitepapers/${paper.slug}`, { title: "Ravens and crows" }, ifMatch);
  await send("DELETE", `/api/whitepapers/${paper.slug}`);
  await send("POST", "/api/whitepapers/generations", {
    title: "Ravens",
    context: "Birds.",
    length: "short",
    language: "en",
  });

  const ada = await newPerson(api, "operator");
  const own = bearer(ada.access);
  await send("PUT", "/api/me/preferences", { theme: "dark" }, own);
  await send("PUT", "/api/preferences", { theme: "dark" });
  const { key } = await send("POST", "/api/auth/keys", { name: "k", scopes: ["read"] }, own);
  await send("DELETE", `/api/auth/keys/${key.id}`, undefined, own);
  await post(api, "/api/auth/refresh", { refresh_token: ada.refresh });
  await post(api, "/api/auth/login", { username: ada.username, password: "wrong" });
  await api.get("/api/admin/users", own);
  await api.get("/api/admin/users");
  await api.get("/api/audit", ADMIN);
  await send("POST", "/api/admin/invites", { role: "user" });
  await send("DELETE", "/api/me", { password: PASSWORD }, own);
}

test("each event of the platform matches docs/reference/asyncapi.json and has its own channel", async () => {
  await live();
  const missing = async () => {
    // A report without page views.
    await network.api.get("/api/cores");
    const seen = new Set((await readWholeLog(network.bus)).map(({ type }) => type));
    return LOG_EVENTS.filter(({ type }) => !seen.has(type) && !NOT_HERE.has(type));
  };
  await until("all events have occurred", async () => (await missing()).length === 0, 5_000).catch(
    async () => expect((await missing()).map(({ type }) => type)).toEqual([]),
  );
  const events = await readAsObserver((await readWholeLog(network.bus)).length);

  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema(document, "asyncapi");
  for (const { subject, event } of events) {
    const name = Object.entries(document.channels).find(([, it]) => it.address === subject)?.[0];
    const isValid = ajv.getSchema(`asyncapi#/components/schemas/${name}`);
    expect(isValid?.(event), `${subject} ${JSON.stringify(isValid?.errors)}`).toBe(true);
    // The event has no undocumented member.
    expect(eventContract(event.type)?.data.parse(event.data)).toEqual(event.data);
  }
});

/** As docs/reference/events.md describes for observers. */
async function readAsObserver(upTo: number) {
  const { host, username, password } = new URL(network.nats.urlOf("observer"));
  const bus = await connect({ servers: host, user: username, pass: password });
  const events: { subject: string | undefined; event: CloudEvent }[] = [];
  for (let at = 0; (events.at(-1)?.event.sequence ?? 0) < upTo;) {
    const place = JSON.stringify({ seq: at + 1, next_by_subj: "vega.events.>" });
    const stored = await bus.request("$JS.API.DIRECT.GET.VEGA_EVENTS", place);
    const found = stored.headers?.get("Nats-Sequence");
    if (!found) continue;
    at = Number(found);
    events.push({ subject: stored.headers?.get("Nats-Subject"), event: stored.json<CloudEvent>() });
  }
  await bus.close();
  return events;
}
