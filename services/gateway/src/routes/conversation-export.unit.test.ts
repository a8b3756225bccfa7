import type { JsonObject, Message } from "@vega/contracts";
import { messageSchema } from "@vega/contracts";
import { expect, test } from "vitest";
import { messageMarkdown } from "./conversation-export.ts";

const TIME = "2026-01-31T12:00:00.000Z";
const message = (of: Partial<Message>): Message => ({
  ...messageSchema.parse({
    id: "3f0c2a9e-58d4-4b7a-9a0e-6d1b2c3e4f50/00000000",
    conversation_id: "3f0c2a9e-58d4-4b7a-9a0e-6d1b2c3e4f50",
    owner: null,
    position: 0,
    role: "assistant",
    content: "because",
    status: "complete",
    model: null,
    provider: null,
    usage: null,
    cost_usd: null,
    latency_ms: null,
    first_token_ms: null,
    attempts: [],
    finish_reason: null,
    error: null,
    created_at: TIME,
    updated_at: TIME,
    request_id: null,
  }),
  ...of,
});

test("a message has its role as heading", () => {
  const of = { role: "user" as const, content: "why?" };
  expect(messageMarkdown(message(of))).toBe(`\n## user\n\n_${TIME}_\n\nwhy?\n`);
});

test("an incomplete message shows its status", () => {
  expect(messageMarkdown(message({ status: "truncated", model: "m" }))).toContain(
    `_${TIME} · m · truncated_`,
  );
});

test("other parts are shown as JSON in a fence that its content cannot close", () => {
  const content: JsonObject[] = [
    { type: "text", text: "look" },
    { type: "image_url", image_url: { url: "````" } },
  ];
  const shown = messageMarkdown(message({ content }));
  expect(shown).toContain("\n\nlook\n\n`````json\n");
  expect(shown).toMatch(/\n`````\n$/);
});
