import type { FaultProvider } from "@vega/ai/testing";
import { startFaultProvider } from "@vega/ai/testing";
import type { Platform } from "@vega/test-network";
import { createPlatform, until } from "@vega/test-network";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

/* What becomes of an answer whose process is killed with -9 in its midst. */

const ADMIN = { authorization: "Bearer a-token-for-tests-only" };
const WORDS = ["one ", "two ", "three ", "four ", "five "];

let provider: FaultProvider;
let folder: string;
let platform: Platform;
beforeAll(async () => {
  provider = await startFaultProvider();
  folder = await mkdtemp(join(tmpdir(), "vega-chat-kill-"));
  const file = join(folder, "providers.json");
  const wall = { id: "wall", kind: "openai-compatible", base_url: provider.baseUrl };
  await writeFile(file, JSON.stringify({ providers: [wall] }));
  // The loop sweeps with each iteration; auth does so too, but seldom.
  const env = { LOG_LEVEL: "error", VEGA_PROVIDERS_FILE: file, LOOP_TIME_SCALE: "0.02" };
  platform = await createPlatform(env);
  await platform.start();
});
afterAll(async () => {
  await platform?.close();
  await provider.close();
  await rm(folder, { recursive: true, force: true });
});

/** Asks for a stream that stands still after three words, and reads them. */
async function openStalled(model: string) {
  provider.behave(model, { kind: "stall", after: 3, text: WORDS.join("") });
  const response = await fetch(`${platform.api.url}/v1/chat/completions`, {
    method: "POST",
    headers: { ...ADMIN, "content-type": "application/json" },
    body: JSON.stringify({
      model: `wall/${model}`,
      messages: [{ role: "user", content: "why?" }],
      stream: true,
    }),
  });
  const reader = (response.body ?? new ReadableStream()).getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (!text.includes("three")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the stream ended: ${text}`);
    text += decoder.decode(value as Uint8Array, { stream: true });
  }
  const rest = async () => {
    let after = "";
    for (;;) {
      const { value, done } = await reader.read().catch(() => ({ value: undefined, done: true }));
      if (done) return after;
      after += decoder.decode(value as Uint8Array, { stream: true });
    }
  };
  return { id: response.headers.get("vega-conversation") ?? "", rest };
}

const lastOf = async (id: string) => {
  const path = `/api/conversations/${id}/messages?shared=true`;
  const { body } = await platform.api.get(path, ADMIN);
  return body.messages.at(-1);
};
const ended = (id: string) =>
  until(
    "the message has ended",
    async () => {
      const last = await lastOf(id);
      return last.status !== "streaming" && last;
    },
    40_000,
  );

test("ai is killed: the stream ends with an error, the message is truncated with what had come", async () => {
  const { id, rest } = await openStalled("ai-dies");
  await platform.killChild("ai");
  const after = await rest();
  expect(after).toContain('"error"');
  expect(after).not.toContain("[DONE]");
  expect(await ended(id)).toMatchObject({ status: "truncated", content: "one two three " });
  await platform.ready();
  provider.behave("after", { kind: "answer", text: "back" });
  const body = { model: "wall/after", messages: [{ role: "user", content: "x" }] };
  const answer = await until("ai answers again", async () => {
    const next = await platform.api.send("POST", "/v1/chat/completions", body);
    return next.status === 200 && next.body;
  });
  expect(answer.choices[0].message.content).toBe("back");
});

test("the gateway is killed: the provider's call ends, the message is truncated with what had come", async () => {
  const { id } = await openStalled("gateway-dies");
  await platform.killChild("gateway");
  const call = provider.callsOf("gateway-dies").at(-1);
  await call?.closed;
  expect(call?.abandoned).toBe(true);
  await platform.ready();
  expect(await ended(id)).toMatchObject({ status: "truncated", content: "one two three " });
});

test("both are killed at once: the lease runs out, and what had been stored stays", async () => {
  const { id } = await openStalled("both-die");
  await until("the first words are stored", async () => (await lastOf(id)).content !== "");
  await Promise.all([platform.killChild("ai"), platform.killChild("gateway")]);
  await platform.ready();
  const message = await ended(id);
  expect(message.status).toBe("truncated");
  expect("one two three ".startsWith(message.content)).toBe(true);
  expect(message.content).not.toBe("");
});
