import type { Message } from "@vega/contracts";
import { messageId, timeAfter } from "@vega/contracts";
import { expect, test } from "vitest";
import { uuid } from "../users/testing.ts";
import { NOW } from "../../log/decision-testing.ts";
import { decideStartMessage } from "../messages/start.ts";
import {
  decideCreateConversation,
  decideDeleteConversation,
  decideRenameConversation,
  decideSummarizeConversation,
} from "./commands.ts";
import { decideForkConversation } from "./fork.ts";
import { ADA, beginning, conversationsInMemory, LIMITS, outcome, says, TALK } from "./testing.ts";

const LATER = timeAfter(NOW, 60_000);
const FORK = uuid(200);

test("a conversation is made once, and stands among its owner's by its last use", () => {
  const { run, ids, start } = conversationsInMemory();
  const asked = { owner: ADA, conversation_id: TALK, title: "ravens" };
  const made = run(decideCreateConversation(asked, LIMITS));
  expect(made.result).toMatchObject({ id: TALK, title: "ravens", message_count: 0 });
  expect(run(decideCreateConversation(asked, LIMITS))).toMatchObject({
    events: [],
    result: made.result,
  });
  expect(ids("conversation_order")).toEqual([`${ADA}/${NOW}/${TALK}`]);
  start([says("hello")], 30, LATER);
  expect(ids("conversation_order")).toEqual([`${ADA}/${LATER}/${TALK}`]);
});

test("an erased account can't create a conversation; a shared one needs no account", () => {
  const { run } = conversationsInMemory();
  const of = (owner: string | null) =>
    run(decideCreateConversation({ owner, conversation_id: TALK, title: "" }, LIMITS));
  expect(of(uuid(9)).error).toBe("unauthorized");
  expect(of(null).result).toMatchObject({ owner: null });
});

test("messages stand in their order, and the answer comes after what it answers", () => {
  const { start, conversation } = conversationsInMemory();
  expect(start([says("one"), says("two")]).result?.appended.map(({ id }) => id)).toEqual([
    messageId(TALK, 0),
    messageId(TALK, 1),
  ]);
  const { result, events } = start([says("three")]);
  expect(result?.appended).toMatchObject([{ position: 3, content: "three", status: "complete" }]);
  expect(result?.message).toMatchObject({ position: 4, role: "assistant", status: "streaming" });
  expect(events).toHaveLength(2);
  expect(conversation()).toMatchObject({ message_count: 5 });
});

test("there are limits", () => {
  const { run } = conversationsInMemory();
  const few = { ...LIMITS, messages: 4, messageBytes: 10, title: 3 };
  const add = (...texts: string[]) =>
    run(decideStartMessage(beginning({ messages: texts.map(says) }), few));
  expect(add("a", "b", "c", "d").error).toBe("limit_exceeded");
  expect(add("a", "long enough").error).toBe("too_large");
  expect(add("a", "b").error).toBeUndefined();
  expect(add("c").error).toBe("limit_exceeded");
  expect(add().error).toBeUndefined();
  expect(run(decideRenameConversation(ADA, TALK, "long", few)).error).toBe("limit_exceeded");
  expect(run(decideRenameConversation(ADA, TALK, "🐦🐦🐦", few)).error).toBeUndefined();
});

test("commands on other owners' or missing conversations are not_found", () => {
  const { run, start } = conversationsInMemory();
  start([says("mine")]);
  const bob = uuid(2);
  const theirs = { owner: bob, id: TALK, message_count: 2 };
  expect(run(decideDeleteConversation(theirs, [])).error).toBe("not_found");
  expect(run(decideRenameConversation(null, TALK, "ours", LIMITS)).error).toBe("not_found");
  const elsewhere = beginning({ conversation_id: FORK, create: null });
  expect(run(decideStartMessage(elsewhere, LIMITS)).error).toBe("not_found");
});

test("a deleted conversation is gone, with its streaming message", () => {
  const { drop, start, ids } = conversationsInMemory();
  start([says("one")]);
  expect(drop().error).toBeUndefined();
  for (const collection of ["conversations", "conversation_order", "messages", "message_leases"]) {
    expect(ids(collection), collection).toEqual([]);
  }
});

test("a fork has copies of its own, and is refused in the middle of an answer", () => {
  const { run, drop, start, finish, message, conversation } = conversationsInMemory();
  const started = start([says("why?")]);
  const id = started.result?.message.id ?? "";
  run(
    decideSummarizeConversation(
      { owner: ADA, conversation_id: TALK, text: "short", up_to_message: messageId(TALK, 0) },
      LIMITS,
    ),
  );
  const fork = (messages: Message[]) =>
    run(
      decideForkConversation(
        { owner: ADA, from: TALK, id: FORK, title: undefined, messages },
        LIMITS,
      ),
      LATER,
    );
  const [first, second] = [messageId(TALK, 0), id];
  expect(fork([message(first), message(second)]).error).toBe("conflict");
  finish(id, outcome({ status: "complete", content: "because" }));
  const forked = fork([message(first), message(second)]);
  expect(forked.events).toHaveLength(1);
  expect(forked.result).toEqual({
    ...conversation(),
    id: FORK,
    // What the other took is the other's.
    usage: undefined,
    created_at: LATER,
    updated_at: LATER,
    forked_from: { conversation_id: TALK, message_id: second },
    summary: { text: "short", up_to_message: messageId(FORK, 0) },
  });
  drop();
  expect(message(messageId(FORK, 1))).toMatchObject({ content: "because", conversation_id: FORK });
});
