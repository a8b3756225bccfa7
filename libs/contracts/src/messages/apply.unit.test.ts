import { describe, expect, test } from "vitest";
import type { MessagesView, MessageView } from "./apply.ts";
import { addDelta, applyMessages, withAhead } from "./apply.ts";

const message = (content: string, status: "streaming" | "complete" = "streaming") =>
  ({ id: "c/00000001", role: "assistant", status, content }) as MessageView;
const view = (one: MessageView): MessagesView => ({ conversation_id: "c", messages: [one] });
const event = (type: string, data: object = {}) => ({
  type,
  conversation_id: "c",
  message_id: "c/00000001",
  ...data,
});
const delta = (offset: number, text: string) => event("message_delta", { offset, text });
const contentOf = (next: MessagesView | null) => next?.messages[0]?.content;

describe("a delta", () => {
  test("is appended", () => {
    expect(contentOf(applyMessages(view(message("one ")), delta(4, "two")))).toBe("one two");
  });

  test("that overlaps what is known adds the rest", () => {
    expect(addDelta(message("one two"), { offset: 4, text: "two three" }).content).toBe(
      "one two three",
    );
    const known = message("one two");
    expect(addDelta(known, { offset: 1, text: "ne" })).toBe(known);
  });

  test("at the beginning starts the answer again", () => {
    expect(addDelta(message("a first attempt"), { offset: 0, text: "again" }).content).toBe(
      "again",
    );
  });

  test("beyond a gap waits, also the ones that follow it", () => {
    const first = addDelta(message("one "), { offset: 8, text: "three " });
    const second = addDelta(first, { offset: 14, text: "four" });
    expect(second).toMatchObject({ content: "one ", ahead: { offset: 8, text: "three four" } });
  });

  test("of an ended or unknown message", () => {
    const ended = view(message("done", "complete"));
    expect(applyMessages(ended, delta(4, "more"))).toBe(ended);
    const empty = { conversation_id: "c", messages: [] };
    expect(applyMessages(empty, delta(0, "more"))).toBeNull();
  });
});

describe("a gap", () => {
  const ahead = { offset: 8, text: "three four" };

  test("is closed by the stored text", () => {
    expect(withAhead(message("one two "), ahead).content).toBe("one two three four");
    expect(withAhead(message("one two three"), ahead).content).toBe("one two three four");
    expect(withAhead(message("one two three four five"), ahead).content).toBe(
      "one two three four five",
    );
  });

  test("stays where the stored text does not reach it", () => {
    expect(withAhead(message("one"), ahead)).toMatchObject({ content: "one", ahead });
    expect(withAhead(message("one", "complete"), ahead).ahead).toBeUndefined();
  });

  test("asks for the stored text once that reaches it", () => {
    const gap = view({ ...message("one"), ahead });
    expect(applyMessages(gap, event("message_progressed", { text_length: 7 }))).toBe(gap);
    expect(applyMessages(gap, event("message_progressed", { text_length: 8 }))).toBeNull();
  });
});

test("events without the text need a reload, those of other conversations nothing", () => {
  const open = view(message("one"));
  for (const type of ["message_started", "message_appended", "message_completed"]) {
    expect(applyMessages(open, event(type))).toBeNull();
    expect(applyMessages(open, { ...event(type), conversation_id: "d" } as never)).toBe(open);
  }
  expect(applyMessages(open, event("message_progressed", { text_length: 3 }))).toBe(open);
});
