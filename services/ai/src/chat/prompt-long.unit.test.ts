import type { Conversation, JsonObject, Message } from "@vega/contracts";
import { currentPath, isOnPath, messageId, readMessageId } from "@vega/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { preparePrompt } from "./prompt.ts";
import { readRequest } from "./request.ts";

/* Conversations longer than a model's window, with tool calls, summaries and branches, turn by turn. */

const ID = "6b1f6f0a-3c1e-4a5e-9d53-2f4a1f0f9a11";
const WINDOW = 700;
const OPTIONS = { max_tokens: 100 };

const user = (name: string): JsonObject => ({ role: "user", content: `question ${name}` });
const answer = (name: string): JsonObject => ({ role: "assistant", content: `answer ${name}` });
const calling = (name: string): JsonObject => ({
  role: "assistant",
  content: null,
  tool_calls: [{ id: name, type: "function", function: { name: "read", arguments: "{}" } }],
});
const result = (name: string, words: number): JsonObject => ({
  role: "tool",
  tool_call_id: name,
  content: `${name} ${"word ".repeat(words)}`,
});

/** A short name of a message. */
const nameOf = ({ role, content, tool_calls }: JsonObject): string =>
  role === "tool" || content !== null
    ? (String(content).split(" word")[0] ?? "")
    : JSON.stringify(tool_calls);

/** A stored conversation with pages of `perPage` messages. */
function world(perPage: number) {
  const kept: Message[] = [];
  let conversation = { id: ID, message_count: 0, summary: null } as Conversation;
  const current = () => {
    const path = currentPath(conversation);
    return kept.filter(({ position }) => isOnPath(path, position));
  };
  const put = (one: object) => {
    const position = kept.length;
    kept.push({ id: messageId(ID, position), position, status: "complete", ...one } as Message);
  };
  return {
    kept,
    /** @returns the prompt */
    async take(
      asked: JsonObject[],
      says: JsonObject,
      memory?: boolean,
    ): Promise<readonly JsonObject[]> {
      const body = {
        vega_conversation: ID,
        messages: asked,
        ...OPTIONS,
        vega_memory: memory ?? false,
      };
      const prepared = await preparePrompt(readRequest(JSON.stringify(body)), {
        storage: {
          async read(_owner, _id, cursor) {
            const older = current().filter(({ position }) => cursor === null || position < cursor);
            const page = older.toReversed().slice(0, perPage);
            const next = page.length < older.length ? (page.at(-1)?.position ?? null) : null;
            return { conversation, messages: page, next_cursor: next };
          },
          readFirst: async () => current().slice(0, 4),
          async summarize(_owner, _id, text, up_to_message) {
            conversation = { ...conversation, summary: { text, up_to_message } };
          },
        },
        owner: null,
        disabled: new Set(),
        target: { contextWindow: WINDOW } as never,
        readMemory: async () => [{ namespace: "default", key: "question", value: "of old" }],
        summarize: async (before, messages) =>
          [...(before === undefined ? [] : [before]), ...messages.map(nameOf)].join("; "),
      });
      const { follows, added } = prepared;
      if (follows !== undefined) {
        const after = follows === null ? -1 : readMessageId(follows).position;
        const branch = { at: kept.length, after: after < 0 ? null : after };
        const { summary, branches = [] } = conversation;
        const covers = summary !== null && readMessageId(summary.up_to_message).position <= after;
        conversation = {
          ...conversation,
          branches: [...branches, branch],
          summary: covers ? summary : null,
        };
      }
      for (const one of [...added, says]) put(one);
      conversation = { ...conversation, message_count: kept.length };
      return prepared.messages;
    },
  };
}

/** Checks that providers would accept the prompt and that it is of this conversation. */
function check(sees: readonly JsonObject[], list: readonly JsonObject[]) {
  const said = sees.filter(({ role }) => role !== "system");
  expect(said[0]?.["role"]).toBe("user");
  said.forEach((message, at) => {
    if (message["role"] === "tool") {
      expect(said[at - 1]?.["tool_calls"]).toMatchObject([{ id: message["tool_call_id"] }]);
      expect(sees[sees.indexOf(message) - 1]).toBe(said[at - 1]);
    }
    if (message["tool_calls"]) expect(said[at + 1]?.["role"]).toBe("tool");
  });
  const question = list.findLast(({ role }) => role === "user");
  expect(said).toContainEqual(question);
  const call = list.findLastIndex(({ tool_calls }) => tool_calls !== undefined);
  if (call > list.indexOf(question ?? {})) expect(said.slice(-2)).toEqual(list.slice(-2));
  // A subsequence of the client's list.
  const names = list.map(nameOf);
  const places = said.map((one) => names.indexOf(nameOf(one)));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places).not.toContain(-1);
  const prompts = sees.flatMap(({ role, content }) => (role === "system" ? [String(content)] : []));
  const summary = prompts.find((text) => text.startsWith("Summary of the earlier conversation:\n"));
  const told = summary?.split("\n")[1]?.split("; ") ?? [];
  expect(names).toEqual(expect.arrayContaining(told));
}

const step = fc.record({
  /** Whether the completion has a tool call. */
  calls: fc.boolean(),
  words: fc.integer({ min: 1, max: 300 }),
  sends: fc.constantFrom("list", "list with memory", "next", "next with memory"),
  back: fc.option(fc.nat(20), { freq: 4 }),
});

test("property: with tool calls, edits and summaries the prompt is a valid end of the client's list", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 14 }),
      fc.constantFrom(2, 200),
      async (steps, perPage) => {
        const { take, kept } = world(perPage);
        const list: JsonObject[] = [user("0")];
        let n = 0;
        let isEdited = false;
        for (const { calls, words, sends, back } of steps) {
          n += 1;
          const says = calls ? calling(`call ${n}`) : answer(`${n}`);
          const asked = sends.startsWith("list") || isEdited ? list : list.slice(-1);
          check(await take(asked, says, sends.endsWith("memory")), list);
          expect(kept).toHaveLength(2 * n);
          list.push(says, calls ? result(`call ${n}`, words) : user(`${n}`));
          // An edit of the first question is indistinguishable from a next question.
          const questions = list.flatMap(({ role }, at) => (role === "user" && at > 0 ? [at] : []));
          const at = back === null ? undefined : questions[back % questions.length];
          isEdited = at !== undefined;
          if (at !== undefined) list.splice(at, Infinity, user(`edited ${n}`));
        }
      },
    ),
    { numRuns: 150 },
  );
}, 60_000);
