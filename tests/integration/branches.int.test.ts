import type { FaultProvider } from "@vega/ai/testing";
import { startFaultProvider } from "@vega/ai/testing";
import type { ApiResponse, Network } from "@vega/test-support";
import { startNetwork } from "@vega/test-support";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { bearer } from "./people.ts";

/* Provider requests and stored messages for clients that send the whole list of messages, and for long runs of tool calls. */

let provider: FaultProvider;
let network: Network;
beforeAll(async () => {
  provider = await startFaultProvider();
  network = await startNetwork({
    providers: {
      providers: [
        {
          id: "wall",
          kind: "openai-compatible",
          base_url: provider.baseUrl,
          context_windows: { small: 4_000 },
        },
      ],
      limits: { retries: 0 },
    },
  });
});
afterAll(async () => {
  await network.close();
  await provider.close();
});

const ADMIN = bearer("a-token-for-tests-only");
type ChatMessage = Record<string, any>;
const user = (content: string): ChatMessage => ({ role: "user", content });
const assistant = (content: string): ChatMessage => ({ role: "assistant", content });
const contentsOf = (messages: readonly ChatMessage[]) =>
  messages.map(({ content }) => content as string);

let answers = 0;
/** Sends a chat turn; the n-th completion is `A<n>`. */
async function takeTurn(
  messages: ChatMessage[],
  conversation?: string,
  headers: Record<string, string> = {},
) {
  provider.behave("talks", { kind: "answer", text: `A${(answers += 1)}` });
  const body = {
    model: "wall/talks",
    messages,
    ...(conversation !== undefined && { vega_conversation: conversation }),
  };
  const answer: ApiResponse = await network.api.send("POST", "/v1/chat/completions", body, headers);
  expect(answer.status).toBe(200);
  return {
    id: answer.headers.get("vega-conversation") ?? "",
    replayed: answer.headers.get("idempotent-replayed") === "true",
    sees: contentsOf(provider.callsOf("talks").at(-1)?.body.messages as ChatMessage[]),
  };
}

async function read(id: string, query = ""): Promise<ChatMessage[]> {
  const path = `/api/conversations/${id}/messages?shared=true${query}`;
  return (await network.api.get(path, ADMIN)).body.messages;
}

describe("a client that sends the whole list of messages", () => {
  const first = user("first");
  const second = user("second");
  let id = "";
  beforeEach(async () => {
    answers = 0;
    ({ id } = await takeTurn([first]));
    await takeTurn([first, assistant("A1"), second], id);
  });

  test("regenerates a completion: the old one is not sent to the model and stays on its branch", async () => {
    const list = [first, assistant("A1"), second];
    for (const answer of ["A3", "A4"]) {
      expect((await takeTurn(list, id)).sees).toEqual(["first", "A1", "second"]);
      expect(contentsOf(await read(id))).toEqual(["first", "A1", "second", answer]);
    }
    const all = await read(id, "&all_branches=true");
    expect(all.map(({ content, replaced }) => [content, replaced ?? false])).toEqual([
      ["first", false],
      ["A1", false],
      ["second", false],
      ["A2", true],
      ["A3", true],
      ["A4", false],
    ]);
    expect(contentsOf(await read(id, "&order=desc&limit=2"))).toEqual(["A4", "second"]);
    expect(contentsOf(await read(id, "&cursor=1&limit=2"))).toEqual(["second", "A4"]);
    expect(contentsOf(await read(id, "&cursor=2"))).toEqual(["A4"]);
  });

  test("edits a question and continues with a list or a single question", async () => {
    const edited = [first, assistant("A1"), user("second, edited")];
    expect((await takeTurn(edited, id)).sees).toEqual(contentsOf(edited));
    const list = [...edited, assistant("A3"), user("third")];
    expect((await takeTurn(list, id)).sees).toEqual(contentsOf(list));
    const sees = [...contentsOf(list), "A4", "fourth"];
    expect((await takeTurn([user("fourth")], id)).sees).toEqual(sees);
    expect(contentsOf(await read(id))).toEqual([...sees, "A5"]);
  });

  test("sends a different conversation, which the model receives", async () => {
    const list = [user("other"), assistant("indeed"), user("so?")];
    expect((await takeTurn(list, id)).sees).toEqual(contentsOf(list));
    expect(contentsOf(await read(id))).toEqual([...contentsOf(list), "A3"]);
    expect(await read(id, "&all_branches=true")).toHaveLength(8);
  });

  test("repeats a regeneration with its Idempotency-Key: the model is called once", async () => {
    const key = { "idempotency-key": `regenerate ${id}` };
    const list = [first, assistant("A1"), second];
    expect((await takeTurn(list, id, key)).replayed).toBe(false);
    const calls = provider.calls.length;
    expect((await takeTurn(list, id, key)).replayed).toBe(true);
    expect(provider.calls).toHaveLength(calls);
    expect(contentsOf(await read(id))).toEqual(["first", "A1", "second", "A3"]);
  });

  test("forks a replaced branch, exports all branches, and searches the current one", async () => {
    await takeTurn([first, assistant("A1"), user("edited")], id);
    const [, , , old] = await read(id, "&all_branches=true");
    const fork = await network.api.send("POST", `/api/conversations/${id}/fork?shared=true`, {
      message_id: old?.["id"],
    });
    expect(contentsOf(await read(fork.body.id))).toEqual(["first", "A1", "second", "A2"]);
    const path = `/api/conversations/${id}/export?shared=true`;
    const exported = await network.api.get(path, ADMIN);
    expect(exported.body.messages.map(({ replaced }: ChatMessage) => replaced ?? false)).toEqual([
      false,
      false,
      true,
      true,
      false,
      false,
    ]);
    const markdown = await fetch(`${network.api.url}${path}&format=md`, { headers: ADMIN });
    expect(await markdown.text()).toMatch(/ · replaced_\n\nsecond\n/);
    const search = "/api/conversations?shared=true&search=second";
    const { body } = await network.api.get(search, ADMIN);
    expect(body.conversations.map((one: ChatMessage) => one["id"])).not.toContain(id);
  });
});

describe("a long run of tool calls within one question", () => {
  const RESULT = "some words of a file ".repeat(285);
  const question = user("Please read all files, and say which of them is about ravens.");
  const calling = (n: number): ChatMessage => ({
    role: "assistant",
    content: null,
    tool_calls: [
      { id: `call_${n}`, type: "function", function: { name: "read", arguments: "{}" } },
    ],
  });
  const result = (n: number): ChatMessage => ({
    role: "tool",
    tool_call_id: `call_${n}`,
    content: RESULT,
  });

  const frame = (delta: object, finish_reason: string | null) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
  const callOf = (n: number) => {
    const { tool_calls } = calling(n);
    const calls = tool_calls.map((call: object, index: number) => Object.assign({ index }, call));
    return {
      kind: "raw" as const,
      bytes: `${frame({ role: "assistant", tool_calls: calls }, null)}${frame({}, "tool_calls")}data: [DONE]\n\n`,
    };
  };

  /** The provider request of a turn whose completion is the n-th tool call. */
  async function step(messages: ChatMessage[], n: number, conversation?: string) {
    // The first request is for a summary; the last behaviour applies to further ones.
    provider.behave("small", callOf(n));
    const answer = await network.api.send("POST", "/v1/chat/completions", {
      model: "wall/small",
      messages,
      max_tokens: 200,
      ...(conversation !== undefined && { vega_conversation: conversation }),
    });
    const sees = provider.callsOf("small").at(-1)?.body.messages as ChatMessage[];
    return { status: answer.status, id: answer.headers.get("vega-conversation") ?? "", sees };
  }

  test.each([
    ["the result alone", (n: number) => [result(n)]],
    [
      "all of it",
      (n: number) => [
        question,
        ...Array.from({ length: n }, (_, at) => [calling(at + 1), result(at + 1)]).flat(),
      ],
    ],
  ])(
    "keeps the question and the last call with its result; the client sends %s",
    async (_, messages) => {
      const { id } = await step([question], 1);
      for (let n = 1; n <= 6; n += 1) {
        const { status, sees } = await step(messages(n), n + 1, id);
        expect(status).toBe(200);
        const sent = sees.filter(({ role }) => role !== "system");
        expect(sent[0]).toEqual(question);
        expect(
          sent
            .slice(-2)
            .map(({ role, tool_call_id, tool_calls }) => [role, tool_call_id ?? tool_calls[0].id]),
        ).toEqual([
          ["assistant", `call_${n}`],
          ["tool", `call_${n}`],
        ]);
        // Calls and results come in pairs.
        expect(sent.slice(1).map(({ role }) => role)).toEqual(
          sent.slice(1).map((_one, at) => (at % 2 ? "tool" : "assistant")),
        );
      }
      expect(await read(id)).toHaveLength(14);
    },
  );
});
