import type { Network } from "@vega/test-support";
import { readWholeLog, startNetwork, until } from "@vega/test-support";
import type { NatsConnection } from "nats";
import { connect, headers } from "nats";
import { afterAll, beforeAll, expect, test } from "vitest";

/*
 * The server limits where a user publishes, but not where JetStream sends stored messages on its request. The loop may
 * write and read its lease, so a compromised loop can have any message sent to any subject.
 */

let network: Network;
let loop: NatsConnection;
beforeAll(async () => {
  network = await startNetwork();
  const { host, username, password } = new URL(network.nats.urlOf("loop"));
  loop = await connect({ servers: host, user: username, pass: password });
});
afterAll(async () => {
  await loop?.close();
  await network?.close();
});

const LEASE = "$KV.VEGA_LEASES.loop";
const INBOX = "_VEGA_INBOX.loop.all.spoof";

/** Makes JetStream send a message to a subject. Resolves when it was sent. */
async function send(subject: string, payload: unknown): Promise<void> {
  const context = headers();
  context.set("Vega-Context", JSON.stringify({ actor: { id: "admin-token" } }));
  loop.publish(LEASE, JSON.stringify(payload), { headers: context });
  const seen = new Promise<string>((resolve) =>
    loop.subscribe(INBOX, { max: 1, callback: (_error, message) => resolve(message.string()) }),
  );
  for (const reply of [subject, INBOX]) {
    loop.publish(`$JS.API.DIRECT.GET.KV_VEGA_LEASES.${LEASE}`, "", { reply });
  }
  // Proves that the server sends to that subject.
  expect(await seen).toBe(JSON.stringify(payload));
}

test("a message sent by JetStream is not handled as a request, whatever its headers are", async () => {
  await send("vega.state.memory.put", {
    namespace: "default",
    entries: [{ key: "spoofed", value: 1 }],
  });
  await send("vega.auth.users.create", {
    username: "mallory",
    password: "a-passphrase-for-tests",
    role: "admin",
  });
  await send("vega.state.backups.make", {});
  const { api } = network;
  // Services handle messages in order, so these come later.
  expect((await api.send("PUT", "/api/memory/default/mine", { value: 1 })).status).toBe(200);
  expect((await api.get("/api/memory")).body.memory).toEqual({ mine: 1 });
  const admin = { authorization: "Bearer a-token-for-tests-only" };
  const made = { username: "ada", password: "a-passphrase-for-tests" };
  expect((await api.send("POST", "/api/admin/users", made)).status).toBe(201);
  const { users } = (await api.get("/api/admin/users", admin)).body;
  expect(users.map(({ username }: { username: string }) => username)).not.toContain("mallory");
});

test("a message sent by JetStream is not handled as an event or a delta of a model", async () => {
  const sse = await network.api.events();
  const log = await readWholeLog(network.bus);
  const last = log.at(-1);
  if (!last) throw new Error("the log is empty");
  await send("vega.events.memory.changed", {
    ...last,
    id: "3f0e0c5e-6a07-4d6d-9a43-0f1b5d0a5f01",
    sequence: last.sequence + 1,
    type: "vega.memory.changed.v1",
    subject: "memory/default/forged",
  });
  await network.api.send("PUT", "/api/memory/default/after", { value: 1 });
  await until("the next event has arrived", () =>
    sse.events.some(({ data }) => JSON.stringify(data).includes("after")),
  );
  expect(JSON.stringify(sse.events)).not.toContain("forged");
  sse.close();
});
