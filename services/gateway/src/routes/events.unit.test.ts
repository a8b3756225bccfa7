import type { Role, Scope } from "@vega/contracts";
import { alerts, conversations, messageDelta, messages, storedNamespace } from "@vega/contracts";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { TestApp } from "../testing/app.ts";
import { testApp } from "../testing/app.ts";
import type { Listener } from "../testing/listener.ts";
import { openListener } from "../testing/listener.ts";
import { eventOf, LOG_ID, memoryEvent, moduleEvent } from "../testing/log.ts";
import { replyAsAuth, secretOf } from "../testing/principals.ts";
import { testKey } from "../testing/tokens.ts";

const ADA = "7b1f6f0a-3c1e-4a5e-9d53-2f4a1f0f9a11";
const ids = {
  conversation_id: "0d1c9a52-6b9b-4e0f-8f3f-5f0f7a6d2c33",
  message_id: "0d1c9a52-6b9b-4e0f-8f3f-5f0f7a6d2c33/00000001",
};

let gateway: TestApp;
let origin: string;
let listener: Listener | undefined;

beforeAll(async () => {
  gateway = await testApp({ VEGA_PUBLIC_READS: "false" });
  gateway.handleRequest = replyAsAuth(
    ADA,
    testKey("k1", () => 0),
  );
  origin = await gateway.app.listen({ port: 0 });
});
afterAll(() => gateway.close());
afterEach(() => listener?.close());

/** The types that an API key of Ada gets of: everyone's module and memory, her own memory and messages, an alert. */
async function typesFor(role: Role, ...scopes: Scope[]): Promise<string[]> {
  const { hub } = gateway.dependencies;
  hub.reset({ sequence: 10, logId: LOG_ID });
  listener = await openListener(origin, secretOf(role, scopes));
  hub.publish(memoryEvent(11));
  hub.publish(memoryEvent(12, storedNamespace(ADA, "notes")));
  const ofAda = { owner: ADA, ...ids };
  hub.publish(
    eventOf(conversations.events.created, 13, { ...ofAda, forked_from: null, messages: 0 }),
  );
  hub.publishLive(messageDelta, { ...ofAda, offset: 0, text: "a private answer" });
  const spent = { model: "m", provider: "p", usage: null, cost_usd: null, bytes: 16 };
  hub.publish(eventOf(messages.events.completed, 14, { ...ofAda, status: "complete", ...spent }));
  const alert = { key: "k", kind: "failed_logins", severity: "warning", message: "m" } as const;
  hub.publish(eventOf(alerts.events.raised, 15, { ...alert, evidence: {}, raised_by: "miracore" }));
  hub.publish(moduleEvent(16));
  return (await listener.readUntil(16)).map(({ type }) => type);
}

const PRIVATE = [
  "memory_changed",
  "conversation_changed",
  "message_delta",
  "message_completed",
] as const;

test("an API key with the scope read gets no private event of its account and no alert", async () => {
  expect(await typesFor("admin", "read")).toEqual(["memory_changed"]);
});

test("with the scope memory it gets the private events, with operate the alerts", async () => {
  expect(await typesFor("admin", "read", "memory")).toEqual(["memory_changed", ...PRIVATE]);
  expect(await typesFor("admin", "read", "operate")).toEqual(["memory_changed", "alert_raised"]);
});

test("a scope does not exceed the role: a viewer has no memory", async () => {
  expect(await typesFor("viewer", "read", "memory", "operate")).toEqual(["memory_changed"]);
});
