import type { Conversation, JsonObject, Message } from "@vega/contracts";
import { messageId } from "@vega/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newMessages, readHistory, toPrompt, withoutOpenCalls } from "./history.ts";
import { toStored } from "./request.ts";
import type { Storage } from "./storage.ts";

const ID = "6b1f6f0a-3c1e-4a5e-9d53-2f4a1f0f9a11";
const stored = (position: number, more: Partial<Message> = {}) =>
  ({
    id: messageId(ID, position),
    position,
    role: "user",
    content: `message ${position}`,
    status: "complete",
    ...more,
  }) as Message;
/** A conversation in pages, the newest message first. */
function storageOf(messages: readonly Message[], perPage: number, summarizedTo?: string) {
  const summary = summarizedTo === undefined ? null : { text: "", up_to_message: summarizedTo };
  const conversation = { id: ID, message_count: messages.length, summary } as Conversation;
  let reads = 0;
  const read: Storage["read"] = async (_owner, _id, cursor) => {
    reads += 1;
    const older = messages.filter(({ position }) => cursor === null || position < cursor);
    const page = older.toReversed().slice(0, perPage);
    const next_cursor = page.length < older.length ? (page.at(-1)?.position ?? null) : null;
    return { conversation, messages: page, next_cursor };
  };
  const readFirst: Storage["readFirst"] = async () => messages.slice(0, 4);
  return { read, readFirst, reads: () => reads };
}

describe("a history", () => {
  const ten = Array.from({ length: 10 }, (_, position) => stored(position));

  test.each([1, 3, 10, 200])("is read whole, the oldest first, in pages of %i", async (size) => {
    const { messages, conversation } = await readHistory(storageOf(ten, size), null, ID);
    expect(messages).toEqual(ten);
    expect(conversation.message_count).toBe(10);
  });

  test.each([1, 4, 200])("begins after its summary, in pages of %i", async (size) => {
    const storage = storageOf(ten, size, ten[5]?.id);
    expect((await readHistory(storage, null, ID)).messages).toEqual(ten.slice(6));
    expect(storage.reads()).toBe(Math.ceil(5 / size));
  });

  test("brings the system prompts that it begins with, however long it is", async () => {
    const prompts = [stored(0, { role: "system" }), stored(1, { role: "system" })];
    const all = [...prompts, ...ten.slice(2)];
    expect((await readHistory(storageOf(all, 3, all[5]?.id), null, ID)).pinned).toEqual(prompts);
    expect((await readHistory(storageOf(ten, 3, ten[5]?.id), null, ID)).pinned).toEqual([]);
    expect((await readHistory(storageOf(all, 3), null, ID)).pinned).toEqual([]);
  });

  test("is as its first page found it, whatever others add while it is read", async () => {
    const { read, readFirst } = storageOf(ten, 3);
    const growing: Storage["read"] = async (owner, id, cursor) => {
      const page = await read(owner, id, cursor);
      const message_count = cursor === null ? 8 : 12;
      return { ...page, conversation: { ...page.conversation, message_count } };
    };
    const { messages, conversation } = await readHistory({ read: growing, readFirst }, null, ID);
    expect(messages).toEqual(ten.slice(0, 8));
    expect(conversation.message_count).toBe(8);
  });

  test("of more than any model takes is not read to its beginning", async () => {
    const long = ten.map((message) => ({ ...message, content: "x".repeat(1024 * 1024) }));
    const { messages } = await readHistory(storageOf(long, 2), null, ID);
    expect(messages).toEqual(long.slice(3));
  });
});

const call = { id: "a", type: "function", function: { name: "f", arguments: '{"q":1}' } };

test("calls that nobody answered go, with what was answered of them; the last may be answered now", () => {
  const says = (role: string, more: object = {}) => ({
    id: "",
    said: { role, content: "", ...more },
  });
  const answer = (id: string) => says("tool", { tool_call_id: id });
  const calls = [call, { ...call, id: "b" }];
  const asks = says("assistant", { content: null, tool_calls: calls });
  const whole = [says("user"), asks, answer("a"), answer("b"), says("user")];
  expect(withoutOpenCalls(whole, [])).toEqual(whole);
  const half = [says("user"), asks, answer("a"), says("user")];
  expect(withoutOpenCalls(half, [])).toEqual([half[0], half[3]]);
  const spoken = says("assistant", { content: "wait", tool_calls: calls });
  expect(withoutOpenCalls([spoken, says("user")], [])).toEqual([
    { id: "", said: { role: "assistant", content: "wait" } },
    says("user"),
  ]);
  const open = [says("user"), asks, answer("a")];
  expect(withoutOpenCalls(open, [answer("b").said])).toEqual(open);
  expect(withoutOpenCalls(open, [says("user").said])).toEqual([open[0]]);
});

test("models are shown what was said, and no answers that are under way or came to nothing", () => {
  const answers: Partial<Message>[] = [
    { content: "", status: "failed" },
    { content: null, status: "cancelled" },
    { content: "on its way", status: "streaming" },
    { content: "half of", status: "truncated" },
    { role: "user", content: "Go on." },
    { content: "made again", status: "cancelled" },
    { content: null, tool_calls: [call] },
  ];
  const messages = [
    stored(0, { content: "" }),
    ...answers.map((one, at) => stored(at + 1, { role: "assistant", ...one })),
    stored(8, { role: "tool", content: "found", tool_call_id: "a" }),
  ];
  const shown = toPrompt(messages);
  expect(shown.map(({ id }) => id)).toEqual([0, 4, 5, 7, 8].map((at) => messageId(ID, at)));
  expect(shown.map(({ said }) => said)).toEqual([
    { role: "user", content: "" },
    { role: "assistant", content: "half of" },
    { role: "user", content: "Go on." },
    { role: "assistant", content: null, tool_calls: [call] },
    { role: "tool", content: "found", tool_call_id: "a" },
  ]);
});

test("calls of an answer that broke off are not shown: nobody has answered them", () => {
  const broken: Partial<Message> = { role: "assistant", status: "truncated", tool_calls: [call] };
  const messages = [
    stored(0, { ...broken, content: null }),
    stored(1, { ...broken, content: "x" }),
  ];
  expect(toPrompt(messages).map(({ said }) => said)).toEqual([{ role: "assistant", content: "x" }]);
});

describe("what is new", () => {
  const says = (role: string, content: string): JsonObject => ({ role, content });
  const system = says("system", "Be brief.");
  const turn = fc
    .tuple(fc.string(), fc.string({ minLength: 1 }))
    .map(([q, a]) => [says("user", q), says("assistant", a)]);
  const known = fc
    .array(turn, { minLength: 1, maxLength: 6 })
    .map((all) => [system, ...all.flat()]);
  const next = [says("user", "and now?")];

  test("is all of it where nothing is known, or nothing of it is", () => {
    const first = [system, ...next];
    expect(newMessages([], first, true)).toEqual(first);
    fc.assert(
      fc.property(known, (had) => {
        expect(newMessages(had, next, true)).toEqual(next);
      }),
    );
  });

  test("is the rest, for those who send the whole list again", () => {
    fc.assert(
      fc.property(known, (had) => {
        expect(newMessages(had, [...had, ...next], true)).toEqual(next);
        const changed = says("system", "It is 12:03.");
        const list = [changed, ...had.slice(1), ...next];
        expect(newMessages(had, list, true)).toEqual([changed, ...next]);
      }),
    );
  });

  test("is the rest where older messages have gone into a summary, or are not sent any more", () => {
    fc.assert(
      fc.property(known, fc.nat(), (had, cut) => {
        const from = 1 + 2 * (cut % ((had.length - 1) / 2));
        expect(newMessages(had.slice(from), [...had, ...next], false)).toEqual(next);
        expect(newMessages(had, [...had.slice(from), ...next], true)).toEqual(next);
        expect(newMessages(had, [system, ...had.slice(from), ...next], true)).toEqual(next);
      }),
    );
  });

  test("is nothing where a question that got no answer is asked again", () => {
    fc.assert(
      fc.property(known, fc.nat(), (had, cut) => {
        const unanswered = [...had, ...next];
        const from = 1 + 2 * (cut % ((had.length - 1) / 2));
        for (const again of [next, unanswered, unanswered.slice(from)]) {
          expect(newMessages(unanswered, again, true)).toEqual([]);
        }
        expect(newMessages(unanswered.slice(from), unanswered, false)).toEqual([]);
        expect(newMessages(unanswered, [...unanswered, ...next], true)).toEqual(next);
      }),
    );
    const url = `data:image/png;base64,${"A".repeat(100_000)}`;
    const picture = { role: "user", content: [{ type: "image_url", image_url: { url } }] };
    const pictured = [says("user", "hi"), says("assistant", "hello"), { ...toStored(picture) }];
    expect(newMessages(pictured, [...pictured.slice(0, 2), picture], true)).toEqual([picture]);
    expect(newMessages(pictured, [picture], true)).toEqual([picture]);
    const had = [says("user", "Go on."), says("assistant", "one two")];
    expect(newMessages(had, [says("user", "Go on.")], true)).toHaveLength(1);
    expect(newMessages(had, had, true)).toEqual(had);
  });

  test("is not what clients only write in another way", () => {
    const had = [says("user", "hi"), { role: "assistant", content: null, tool_calls: [call] }];
    const called = { name: "f", arguments: '{ "q": 1 }' };
    const sent: JsonObject[] = [
      { role: "user", content: [{ type: "text", text: "hi", cache_control: {} }], name: "Ada" },
      { role: "assistant", content: "", tool_calls: [{ ...call, function: called }] },
    ];
    const result = { role: "tool", content: "found", tool_call_id: "a" };
    expect(newMessages(had, [...sent, result], true)).toEqual([result]);
  });

  test("is all of a list that tells another story", () => {
    const had = [says("user", "hi"), says("assistant", "hello")];
    const other = [says("user", "hi"), says("assistant", "go away"), ...next];
    expect(newMessages(had, other, true)).toEqual(other);
    expect(newMessages(had, [...next, ...had, ...next], true)).toHaveLength(4);
  });
});
