import type { Conversation, Message } from "@vega/contracts";
import { currentPath, isOnPath, messageId } from "@vega/contracts";
import { describe, expect, test } from "vitest";
import { readHistory } from "./history.ts";
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
function storageOf(
  all: readonly Message[],
  perPage: number,
  summarizedTo?: string,
  branches?: Conversation["branches"],
) {
  const summary = summarizedTo === undefined ? null : { text: "", up_to_message: summarizedTo };
  const conversation = {
    id: ID,
    message_count: all.length,
    summary,
    ...(branches && { branches }),
  } as Conversation;
  const messages = all.filter(({ position }) => isOnPath(currentPath(conversation), position));
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

  test.each([1, 3, 10, 200])("is read to the start, oldest first, in pages of %i", async (size) => {
    for (const summary of [undefined, ten[5]?.id]) {
      const read = await readHistory(storageOf(ten, size, summary), null, ID, true);
      expect(read).toMatchObject({ messages: ten, pinned: [], unread: 0 });
      expect(read.conversation.message_count).toBe(10);
    }
  });

  test.each([1, 4, 200])("starts after its summary, in pages of %i", async (size) => {
    const storage = storageOf(ten, size, ten[5]?.id);
    const { messages, unread } = await readHistory(storage, null, ID, false);
    expect(messages).toEqual(ten.slice(6));
    expect(unread).toBe(6);
    expect(storage.reads()).toBe(Math.ceil(5 / size));
  });

  test("starts with the question of the turn in which its summary ends", async () => {
    const turn = ten.map((message, at) => (at === 3 ? message : stored(at, { role: "tool" })));
    for (const covered of [turn[5]?.id, turn[9]?.id]) {
      const { messages, unread } = await readHistory(storageOf(turn, 2, covered), null, ID, false);
      expect(messages).toEqual(turn.slice(3));
      expect(unread).toBe(3);
    }
  });

  test("counts unread messages of its current branch only", async () => {
    const storage = storageOf(ten, 3, ten[7]?.id, [{ at: 6, after: 1 }]);
    const { messages, unread } = await readHistory(storage, null, ID, false);
    expect(messages.map(({ position }) => position)).toEqual([8, 9]);
    expect(unread).toBe(4);
  });

  test("includes the system prompts at its start, whatever its length", async () => {
    const prompts = [stored(0, { role: "system" }), stored(1, { role: "system" })];
    const all = [...prompts, ...ten.slice(2)];
    const pinned = async (messages: readonly Message[], covered?: string) =>
      (await readHistory(storageOf(messages, 3, covered), null, ID, false)).pinned;
    expect(await pinned(all, all[5]?.id)).toEqual(prompts);
    expect(await pinned(ten, ten[5]?.id)).toEqual([]);
    expect(await pinned(all)).toEqual([]);
  });

  test("is read as of its first page", async () => {
    const { read, readFirst } = storageOf(ten, 3);
    const growing: Storage["read"] = async (owner, id, cursor) => {
      const page = await read(owner, id, cursor);
      const message_count = cursor === null ? 8 : 12;
      return { ...page, conversation: { ...page.conversation, message_count } };
    };
    const { messages, conversation } = await readHistory(
      { read: growing, readFirst },
      null,
      ID,
      false,
    );
    expect(messages).toEqual(ten.slice(0, 8));
    expect(conversation.message_count).toBe(8);
  });

  test("beyond the size limit is not read to the start", async () => {
    const long = ten.map((message) => ({ ...message, content: "x".repeat(1024 * 1024) }));
    const { messages } = await readHistory(storageOf(long, 2), null, ID, true);
    expect(messages).toEqual(long.slice(3));
  });
});
