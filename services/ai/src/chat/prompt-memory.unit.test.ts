import type { Conversation, JsonObject, Message } from "@vega/contracts";
import { messageId } from "@vega/contracts";
import { expect, test } from "vitest";
import { preparePrompt } from "./prompt.ts";
import { readRequest } from "./request.ts";

const ID = "6b1f6f0a-3c1e-4a5e-9d53-2f4a1f0f9a11";
const question = { role: "user", content: "What of Bern?" };
const remembered = [
  { namespace: `~${ID}~default`, key: "home", value: "Bern" },
  { namespace: "default", key: "colour", value: "green" },
];

/** Prepares a turn of a new conversation or of one with a message; records the namespaces read. */
async function take(asked: JsonObject, said: string[] = []) {
  const read: string[][] = [];
  const body = { messages: [question], ...(said.length > 0 && { vega_conversation: ID }) };
  const messages = said.map((content, at) => {
    const id = messageId(ID, at);
    return { id, position: at, role: "user", content, status: "complete" } as Message;
  });
  const conversation = { id: ID, message_count: said.length, summary: null };
  const prepared = await preparePrompt(readRequest(JSON.stringify({ ...body, ...asked })), {
    storage: {
      readFirst: () => Promise.reject(new Error("all of it is read")),
      read: async () => ({
        conversation: conversation as Conversation,
        messages,
        next_cursor: null,
      }),
      summarize: () => Promise.reject(new Error("nothing is left out")),
    },
    owner: ID,
    disabled: new Set(),
    target: undefined,
    async readMemory(namespaces) {
      read.push([...namespaces]);
      return remembered;
    },
    summarize: () => Promise.reject(new Error("nothing is left out")),
  });
  return { ...prepared, read };
}

test.each<JsonObject>([{}, { vega_memory: false }, { vega_memory: null }])(
  "memory that was not requested is not read: %j",
  async (asked) => {
    const { messages, prompt, read } = await take(asked);
    expect(messages).toEqual([question]);
    expect(prompt.memory).toEqual([]);
    expect(read).toEqual([]);
  },
);

test("requested memory adds the relevant entries to the prompt and lists their keys", async () => {
  const { messages, added, prompt, read } = await take({ vega_memory: true });
  expect(read).toEqual([["default"]]);
  expect(messages).toHaveLength(2);
  expect(messages[0]?.content).toContain('- default/home: "Bern"');
  expect(messages[0]?.content).not.toContain("green");
  expect(prompt.memory).toEqual(["default/home"]);
  // Not part of the conversation: the next turn selects again.
  expect(added).toEqual([question]);
});

test("memory precedes the question and counts towards the budget", async () => {
  const { messages, added } = await take({ vega_memory: { namespaces: ["a", "b"] } }, ["hello"]);
  expect(messages.map(({ role }) => role)).toEqual(["system", "user", "user"]);
  expect(messages.at(-1)).toEqual(question);
  expect(added).toEqual([question]);
});

test("without a match for the last question there is no memory message", async () => {
  const asked = [question, { role: "assistant", content: "It is a town." }];
  const green = [...asked, { role: "user", content: [{ type: "text", text: "Something green" }] }];
  const { prompt } = await take({ vega_memory: true, messages: green });
  expect(prompt.memory).toEqual(["default/colour"]);
  const other = [...asked, { role: "user", content: "Thanks" }];
  expect((await take({ vega_memory: true, messages: other })).messages).toEqual(other);
});
