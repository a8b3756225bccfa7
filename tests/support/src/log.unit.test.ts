import { alerts, conversations, memory, modules, storedNamespace, users } from "@vega/contracts";
import { expect, test } from "vitest";
import { publicSequences } from "./log.ts";

const ACCOUNT = "6b1f6f0a-3c1e-4a5e-9d53-2f4a1f0f9a11";

test("only events that every client receives are public, within the range", () => {
  const inMemory = (owner: string | null) => ({ namespace: storedNamespace(owner, "notes") });
  const log = [
    { type: modules.events.changed.type, data: {} },
    { type: modules.events.changed.type, data: {} },
    { type: memory.events.changed.type, data: inMemory(null) },
    { type: memory.events.changed.type, data: inMemory(ACCOUNT) },
    { type: conversations.events.created.type, data: { owner: null } },
    { type: alerts.events.raised.type, data: {} },
    { type: users.events.registered.type, data: {} },
    { type: modules.events.changed.type, data: null },
    { type: "vega.later.version.v1", data: {} },
    { type: modules.events.changed.type, data: {} },
    { type: modules.events.changed.type, data: {} },
  ].map((entry, index) => ({ ...entry, sequence: index + 1 }));
  expect(publicSequences(log, [2, 10])).toEqual([2, 3, 10]);
});
