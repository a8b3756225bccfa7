import type { FaultProvider } from "@vega/ai/testing";
import { startFaultProvider } from "@vega/ai/testing";
import type { ApiResponse, Network } from "@vega/test-support";
import { startNetwork, until } from "@vega/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bearer, newPerson, post } from "./people.ts";

/* Chat turns: continued, replayed, cancelled, interrupted. */

let provider: FaultProvider;
let network: Network;
beforeAll(async () => {
  provider = await startFaultProvider();
  const base = { kind: "openai-compatible", base_url: provider.baseUrl };
  network = await startNetwork({
    env: { VEGA_REGISTRATION: "open", VEGA_MESSAGE_BYTES: "40000" },
    providers: {
      providers: [{ id: "wall", ...base, context_windows: { small: 1_500 } }],
      limits: { retries: 0 },
    },
  });
});
afterAll(async () => {
  await network.close();
  await provider.close();
});

const ADMIN = bearer("a-token-for-tests-only");
const user = (content: string) => ({ role: "user", content });
const chat = (body: object, headers: Record<string, string> = {}): Promise<ApiResponse> =>
  network.api.send("POST", "/v1/chat/completions", { messages: [user("why?")], ...body }, headers);
const idOf = ({ headers }: { headers: Headers }) => headers.get("vega-conversation") ?? "";

async function messagesOf(id: string): Promise<Record<string, any>[]> {
  const path = `/api/conversations/${id}/messages?shared=true&limit=500`;
  return (await network.api.get(path, ADMIN)).body.messages;
}

function openStream(body: object, headers: Record<string, string> = {}) {
  const abort = new AbortController();
  const response = fetch(`${network.api.url}/v1/chat/completions`, {
    method: "POST",
    headers: { ...ADMIN, "content-type": "application/json", ...headers },
    body: JSON.stringify({ messages: [user("why?")], stream: true, ...body }),
    signal: abort.signal,
  });
  // A client that disconnected gets no response.
  response.catch(() => undefined);
  return { response, leave: () => abort.abort() };
}

const sent = (model: string) =>
  until("the provider is called", () => provider.callsOf(model).at(-1), 10_000);

describe("a conversation", () => {
  test("is continued, by body or header: the model gets all messages", async () => {
    provider.behave("talks", { kind: "answer", text: "indeed" });
    const first = await chat({ model: "wall/talks", messages: [user("one")] });
    const vega_conversation = idOf(first);
    await chat({ model: "wall/talks", messages: [user("two")], vega_conversation });
    const named = { "vega-conversation": vega_conversation };
    await chat({ model: "wall/talks", messages: [user("three")] }, named);
    const shown = ["one", "indeed", "two", "indeed", "three"];
    const prompt = provider.callsOf("talks").at(-1)?.body.messages as { content: string }[];
    expect(prompt.map(({ content }) => content)).toEqual(shown);
    const kept = await messagesOf(vega_conversation);
    expect(kept.map(({ content }) => content)).toEqual([...shown, "indeed"]);
  });

  test("has no duplicates if a client sends all messages each time", async () => {
    provider.behave("talks", { kind: "answer", text: "indeed" });
    const messages: object[] = [user("one")];
    const vega_conversation = idOf(await chat({ model: "wall/talks", messages }));
    messages.push({ role: "assistant", content: "indeed" }, user("two"));
    await chat({ model: "wall/talks", messages, vega_conversation });
    expect(await messagesOf(vega_conversation)).toHaveLength(4);
    expect(provider.callsOf("talks").at(-1)?.body.messages).toEqual(messages);
  });

  test("beyond the context window continues with a summary, which is stored", async () => {
    provider.behave("small", { kind: "answer", text: "a long story ".repeat(60) });
    const first = await chat({ model: "wall/small", messages: [user("tell me")] });
    const vega_conversation = idOf(first);
    for (let n = 0; n < 3; n += 1) {
      await chat({ model: "wall/small", messages: [user(`more ${n}`)], vega_conversation });
    }
    const last = (await messagesOf(vega_conversation)).at(-1);
    expect(last?.["prompt"]).toMatchObject({ summarized: true });
    expect(last?.["prompt"].left_out).toBeGreaterThan(0);
    const prompt = provider.callsOf("small").at(-1)?.body.messages as { content: string }[];
    expect(prompt[0]?.content).toMatch(/^Summary of the earlier conversation:\na long story/);
    expect(prompt.at(-1)?.content).toBe("more 2");
    const { body } = await network.api.get(
      `/api/conversations/${vega_conversation}?shared=true`,
      ADMIN,
    );
    expect(body.summary).toMatchObject({ text: expect.stringContaining("a long story") as string });
  });

  test("whose summary failed does not retry it in each turn", async () => {
    provider.behave("small", { kind: "answer", text: "a long story ".repeat(90) });
    const first = await chat({ model: "wall/small", messages: [user("tell me")] });
    const vega_conversation = idOf(first);
    await chat({ model: "wall/small", messages: [user("more")], vega_conversation });
    provider.behave("small", { kind: "answer", text: "" });
    const calls: number[] = [];
    for (let n = 0; n < 2; n += 1) {
      const before = provider.callsOf("small").length;
      await chat({ model: "wall/small", messages: [user(`more ${n}`)], vega_conversation });
      calls.push(provider.callsOf("small").length - before);
    }
    expect(calls).toEqual([2, 1]);
  });

  test("gets matching memory on request, visible in the response", async () => {
    provider.behave("talks", { kind: "answer" });
    const put = await network.api.send("PUT", "/api/memory/default/ravens", { value: "are black" });
    expect(put.status).toBe(200);
    const messages = [user("what colour are ravens?")];
    const answer = await chat({ model: "wall/talks", messages, vega_memory: true });
    expect(answer.headers.get("vega-memory")).toBe("default/ravens");
    const prompt = provider.callsOf("talks").at(-1)?.body.messages as { content: string }[];
    expect(prompt[0]?.content).toContain('default/ravens: "are black"');
    const kept = await messagesOf(idOf(answer));
    expect(kept).toHaveLength(2);
    expect(kept[1]?.["prompt"]).toMatchObject({ memory: ["default/ravens"] });
    await chat({ model: "wall/talks", messages });
    expect(provider.callsOf("talks").at(-1)?.body.messages).toEqual(messages);
  });
});

describe("an Idempotency-Key", () => {
  test("replays the stored completion, streams too, without a provider call", async () => {
    provider.behave("once", { kind: "answer", text: "only once" });
    const key = { "idempotency-key": "a-key" };
    const first = await chat({ model: "wall/once" }, key);
    const again = await chat({ model: "wall/once" }, key);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    const read = async () => {
      const { response } = openStream({ model: "wall/once" }, { "idempotency-key": "another" });
      const text = await (await response).text();
      const chunks = text.split("\n\n").flatMap((line) => {
        const data = line.replace(/^data: /, "");
        return data === "" || data === "[DONE]" ? [] : [JSON.parse(data)];
      });
      expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
      return {
        ids: new Set(chunks.map(({ id }) => id as string)),
        text: chunks.map(({ choices }) => choices[0].delta.content ?? "").join(""),
      };
    };
    const stream = await read();
    expect(stream.text).toBe("only once");
    expect(await read()).toEqual(stream);
    expect(provider.callsOf("once")).toHaveLength(2);
  });

  test("is refused with another body, and during the first request", async () => {
    provider.behave("waits", { kind: "hang" });
    const key = { "idempotency-key": "in-flight" };
    const { leave } = openStream({ model: "wall/waits" }, key);
    await sent("waits");
    const meanwhile = await chat({ model: "wall/waits", stream: true }, key);
    expect([meanwhile.status, meanwhile.body.error.code]).toEqual([409, "conflict"]);
    const other = await chat({ model: "wall/waits", temperature: 1 }, key);
    expect([other.status, other.body.error.code]).toEqual([422, "idempotency_key_reused"]);
    leave();
    // After a failed request the key can be used again.
    provider.behave("waits", { kind: "answer", text: "now" });
    const retried = await until("the first request has ended", async () => {
      const { response } = openStream({ model: "wall/waits" }, key);
      const answer = await response;
      const text = await answer.text();
      return answer.ok && text;
    });
    expect(retried).toContain("now");
  });
});

describe("a client disconnect", () => {
  test.each([
    ["before headers", { kind: "hang" }, ""],
    ["before the first token", { kind: "hang_before_token" }, ""],
    ["in the middle", { kind: "stall", after: 2, text: "one two three" }, "one two "],
  ] as const)("cancels the provider call and the message: %s", async (_, how, text) => {
    const model = `left-${how.kind}`;
    provider.behave(model, how);
    const { body } = await network.api.send("POST", "/api/conversations?shared=true", {});
    const { response, leave } = openStream({
      model: `wall/${model}`,
      vega_conversation: body.id,
    });
    const call = await sent(model);
    if (how.kind === "stall") await response;
    leave();
    await call.closed;
    expect(call.abandoned).toBe(true);
    const message = await until("the message has ended", async () => {
      const last = (await messagesOf(body.id)).at(-1);
      return last?.["status"] !== "streaming" && last;
    });
    expect(message).toMatchObject({ status: "cancelled", content: text });
  });

  test("of a request in the background leaves the completion alone", async () => {
    const text = "one two three four five six seven eight";
    provider.behave("behind", { kind: "answer", everyMs: 20, text });
    const { response, leave } = openStream({ model: "wall/behind", vega_background: true });
    const id = idOf(await response);
    leave();
    const message = await until("the message has ended", async () => {
      const last = (await messagesOf(id)).at(-1);
      return last?.["status"] !== "streaming" && last;
    });
    expect(message).toMatchObject({ status: "complete", content: text });
    expect(provider.callsOf("behind").at(-1)?.abandoned).toBe(false);
  });

  test("during a non-streaming request cancels both as well", async () => {
    provider.behave("whole", { kind: "stall", after: 2 });
    const abort = new AbortController();
    const pending = network.api.raw("/v1/chat/completions", {
      method: "POST",
      headers: { ...ADMIN, "content-type": "application/json" },
      body: JSON.stringify({ model: "wall/whole", messages: [user("x")] }),
      signal: abort.signal,
    });
    const call = await sent("whole");
    abort.abort();
    await expect(pending).rejects.toThrow();
    await call.closed;
    expect(call.abandoned).toBe(true);
  });
});

test("a stop from another client cancels a completion; the received text is stored", async () => {
  provider.behave("stopped", { kind: "stall", after: 2, text: "one two three" });
  const { response } = openStream({ model: "wall/stopped" });
  const answer = await response;
  const id = idOf(answer);
  const stopped = await network.api.send("POST", `/api/conversations/${id}/stop?shared=true`);
  expect(stopped.body).toEqual({ success: true, stopped: 1 });
  const text = await answer.text();
  expect(text).toContain('"code":"cancelled"');
  expect(text).not.toContain("[DONE]");
  expect((await messagesOf(id)).at(-1)).toMatchObject({ status: "cancelled", content: "one two " });
  const again = await network.api.send("POST", `/api/conversations/${id}/stop?shared=true`);
  expect(again.body).toEqual({ success: true, stopped: 0 });
  const none = `/api/conversations/${crypto.randomUUID()}/stop?shared=true`;
  expect((await network.api.send("POST", none)).status).toBe(404);
});

test("only the owner receives the start, the deltas and the end of a completion", async () => {
  const [ada, bob] = [await newPerson(network.api), await newPerson(network.api)];
  const [hers, his] = await Promise.all(
    [ada, bob].map(({ access }) => network.api.events("", undefined, bearer(access))),
  );
  if (!hers || !his) throw new Error("no streams");
  await Promise.all([hers, his].map((one) => one.next(({ data }) => data.type === "connected")));
  provider.behave("private", { kind: "answer", text: "one two three" });
  const body = { model: "wall/private", messages: [user("why?")] };
  const answer = await post(network.api, "/v1/chat/completions", body, bearer(ada.access));
  const conversation_id = idOf(answer);
  const end = await hers.next(({ data }) => data.type === "message_completed");
  expect(end.data).toMatchObject({ conversation_id, status: "complete", model: "wall/private" });
  const types = hers.events.map(({ data }) => data.type);
  expect(types).toEqual(expect.arrayContaining(["message_started", "message_delta"]));
  const deltas = hers.events.filter(({ data }) => data.type === "message_delta");
  expect(deltas.map(({ data }) => data["text"]).join("")).toBe("one two three");
  // Deltas have no id: a reconnecting client continues after the last log entry.
  expect(deltas[0]?.id).toBeUndefined();
  const changed = await network.api.send("POST", "/api/agents/ae_agent/activate");
  expect(changed.status).toBe(200);
  await his.next(({ data }) => data.type === "agent_changed");
  expect(his.events.filter(({ data }) => data.type.startsWith("message_"))).toEqual([]);
  hers.close();
  his.close();
});

describe("a completion above the size limit of a message", () => {
  const LONG = `${"m".repeat(400)}any words `.repeat(300);
  const error = {
    kind: "too_large",
    message: expect.stringMatching(/VEGA_MESSAGE_BYTES/) as string,
  };

  test("in a single response is refused, and the part within the limit is stored", async () => {
    provider.behave("large", { kind: "answer", text: LONG });
    const answer = await chat({ model: "wall/large" });
    expect(answer.status).toBe(413);
    expect(answer.body.error).toMatchObject({ code: "too_large", message: error.message });
    const kept = (await messagesOf(idOf(answer))).at(-1);
    expect(kept).toMatchObject({ status: "truncated", error });
    expect(kept?.["content"].length).toBeGreaterThan(15_000);
    expect(LONG.startsWith(kept?.["content"])).toBe(true);
  });

  test("in an endless stream is cut off: the stream ends with an error, and the provider call ends", async () => {
    provider.behave("large", { kind: "answer", text: LONG, everyMs: 2 });
    const response = await openStream({ model: "wall/large" }).response;
    const text = await response.text();
    expect(text).toContain('"too_large"');
    expect(text).not.toContain("[DONE]");
    const kept = (await messagesOf(idOf(response))).at(-1);
    expect(kept).toMatchObject({ status: "truncated", error });
    expect(kept?.["content"].length).toBeGreaterThan(15_000);
    expect(provider.callsOf("large").at(-1)?.abandoned).toBe(true);
  });
});

test("while state is down no completion is started, and the error says so", async () => {
  await network.stop("state");
  const answer = await chat({ model: "wall/talks" });
  expect([answer.status, answer.body.error.type]).toEqual([503, "server_error"]);
  await network.start("state");
  await network.ready();
});

test("a shutdown waits for running completions", async () => {
  provider.behave("slow", { kind: "answer", text: "one two three four five", everyMs: 60 });
  const { response } = openStream({ model: "wall/slow" });
  const answer = await response;
  const stopping = network.stop("ai");
  expect(await answer.text()).toContain("[DONE]");
  await stopping;
  expect((await messagesOf(idOf(answer))).at(-1)).toMatchObject({ status: "complete" });
  await network.start("ai");
  provider.behave("back", { kind: "answer", text: "again" });
  const next = await chat({ model: "wall/back" });
  expect(next.body.choices[0].message.content).toBe("again");
});
