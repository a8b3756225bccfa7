import type { FaultProvider } from "@vega/ai/testing";
import { startFaultProvider } from "@vega/ai/testing";
import type { Platform } from "@vega/test-support";
import { createPlatform, until } from "@vega/test-support";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/* Completions whose process is killed with SIGKILL. */

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
  const seats = ["wall/a", "wall/b", "wall/c"];
  const ensembles = { default: { seats, conductor: "wall/lead" } };
  await writeFile(file, JSON.stringify({ providers: [wall], ensembles }));
  // The loop sweeps with each iteration, auth once a minute.
  const env = { VEGA_PROVIDERS_FILE: file, LOOP_TIME_SCALE: "0.02" };
  platform = await createPlatform(env);
  await platform.start();
});
afterAll(async () => {
  await platform?.close();
  await provider.close();
  await rm(folder, { recursive: true, force: true });
});

/** Opens a stream that stalls after three words, and reads these. */
async function openStalled(model: string) {
  provider.behave(model, { kind: "stall", after: 3, text: WORDS.join("") });
  return readThree(`wall/${model}`);
}

async function readThree(model: string) {
  const response = await fetch(`${platform.api.url}/v1/chat/completions`, {
    method: "POST",
    headers: { ...ADMIN, "content-type": "application/json" },
    body: JSON.stringify({ ...question(model), stream: true }),
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

const question = (model: string) => ({ model, messages: [{ role: "user", content: "why?" }] });

/** The first completion after the restart of ai. */
const answerOf = (model: string): Promise<string> =>
  until("ai returns completions again", async () => {
    const answer = await platform.api.send("POST", "/v1/chat/completions", question(model));
    return answer.status === 200 && answer.body.choices[0].message.content;
  });

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
    // The longest lease is ten seconds. Below the test's timeout, so that the error names the condition.
    20_000,
  );

test("after a kill of ai the stream ends with an error and the message is truncated with the received text", async () => {
  const { id, rest } = await openStalled("ai-dies");
  await platform.killChild("ai");
  const after = await rest();
  expect(after).toContain('"error"');
  expect(after).not.toContain("[DONE]");
  expect(await ended(id)).toMatchObject({
    status: "truncated",
    content: "one two three ",
    error: { kind: "lost" },
  });
  await platform.ready();
  provider.behave("after", { kind: "answer", text: "back" });
  expect(await answerOf("wall/after")).toBe("back");
});

describe("ai is killed during an ensemble", () => {
  const answers = (text: string) => ({ kind: "answer", text }) as const;

  test("while the members respond: the message is failed or truncated, the calls end, and ai recovers", async () => {
    provider.behave("a", answers("first"));
    for (const seat of ["b", "c"]) provider.behave(seat, { kind: "hang_before_token" });
    const pending = platform.api.send("POST", "/v1/chat/completions", question("orchestra"));
    const calls = await until("all members are called", () => {
      const found = ["a", "b", "c"].map((seat) => provider.callsOf(seat).at(-1));
      return found.every((call) => call !== undefined) && found;
    });
    await platform.killChild("ai");
    await Promise.all(calls.slice(1).map((call) => call?.closed));
    const { status, headers } = await pending;
    expect(status).toBe(503);
    const kept = await ended(headers.get("vega-conversation") ?? "");
    expect(kept).toMatchObject({ model: "orchestra", status: "truncated", content: "" });
    await platform.ready();
    for (const seat of ["b", "c"]) provider.behave(seat, answers(seat));
    provider.behave("lead", answers("all of us"));
    expect(await answerOf("orchestra")).toBe("all of us");
  });

  test("while the aggregator responds: the message is truncated with the received text", async () => {
    for (const seat of ["a", "b", "c"]) provider.behave(seat, answers(seat));
    provider.behave("lead", { kind: "stall", after: 3, text: WORDS.join("") });
    const { id, rest } = await readThree("orchestra");
    await platform.killChild("ai");
    expect(await rest()).not.toContain("[DONE]");
    expect(await ended(id)).toMatchObject({ status: "truncated", content: "one two three " });
    provider.behave("lead", answers("again"));
    expect(await answerOf("orchestra")).toBe("again");
  });
});

test("after a kill of the gateway the provider call ends and the message is truncated with the received text", async () => {
  const { id } = await openStalled("gateway-dies");
  await platform.killChild("gateway");
  const call = provider.callsOf("gateway-dies").at(-1);
  await call?.closed;
  expect(call?.abandoned).toBe(true);
  await platform.ready();
  expect(await ended(id)).toMatchObject({ status: "truncated", content: "one two three " });
});

test("after a kill of ai and gateway the lease expires and the stored text stays", async () => {
  const { id } = await openStalled("both-die");
  await until("the first words are stored", async () => (await lastOf(id)).content !== "");
  await Promise.all([platform.killChild("ai"), platform.killChild("gateway")]);
  await platform.ready();
  const message = await ended(id);
  expect(message.status).toBe("truncated");
  expect("one two three ".startsWith(message.content)).toBe(true);
  expect(message.content).not.toBe("");
});
