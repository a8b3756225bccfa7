import { messageId } from "@vega/contracts";
import { expect, test } from "vitest";
import { uuid } from "../users/testing.ts";
import { NOW } from "../../log/decision-testing.ts";
import { branchFrom } from "./branch.ts";
import { decideSummarizeConversation } from "./commands.ts";
import { decideForkConversation } from "./fork.ts";
import { ADA, conversationsInMemory, LIMITS, outcome, says, TALK } from "./testing.ts";

const at = (position: number) => messageId(TALK, position);

/** Two questions with their answers. */
function talk() {
  const world = conversationsInMemory();
  const say = (text: string, follows?: string | null) => {
    const started = world.start([says(text)], 30, NOW, null, null, follows);
    const id = started.result?.message.id ?? "";
    world.finish(id, outcome({ status: "complete", content: `to ${text}` }));
    return started;
  };
  const { conversation } = world;
  const summarize = (position: number) =>
    world.run(
      decideSummarizeConversation(
        { owner: ADA, conversation_id: TALK, text: "short", up_to_message: at(position) },
        LIMITS,
      ),
    );
  say("one");
  say("two");
  return { ...world, say, conversation, summarize };
}

test("a turn starts from an earlier message; what came after that is kept beside it", () => {
  const { say, conversation, message } = talk();
  const { result, events } = say("two, edited", at(1));
  expect(result?.appended).toMatchObject([{ position: 4, content: "two, edited" }]);
  expect(events.at(-1)?.data).toMatchObject({ message_id: at(5), follows: at(1) });
  expect(conversation()).toMatchObject({ message_count: 6, branches: [{ at: 4, after: 1 }] });
  expect(message(at(3))).toMatchObject({ content: "to two", status: "complete" });
  say("elsewhere", null);
  expect(conversation().branches).toEqual([
    { at: 4, after: 1 },
    { at: 6, after: null },
  ]);
});

test("a turn that starts from the newest message makes no branch", () => {
  const { say, conversation } = talk();
  expect(say("three", at(3)).events.at(-1)?.data).not.toHaveProperty("follows");
  expect(conversation()).not.toHaveProperty("branches");
});

test("only a message of the current branch can be started from", () => {
  const { say } = talk();
  say("two, edited", at(1));
  expect(say("again", at(3)).error).toBe("conflict");
  expect(say("again", at(99)).error).toBe("conflict");
  expect(say("again", messageId(uuid(300), 0)).error).toBe("conflict");
  expect(say("again", at(4)).error).toBeUndefined();
});

test("a summary stays while all it covers is on the current branch", () => {
  const { say, conversation, summarize } = talk();
  summarize(1);
  say("two, edited", at(1));
  expect(conversation().summary).toMatchObject({ up_to_message: at(1) });
  expect(summarize(3).error).toBe("invalid");
  expect(summarize(5).error).toBeUndefined();
  say("two, edited again", at(1));
  expect(conversation().summary).toBeNull();
});

test("there is a limit of branches", () => {
  const { conversation } = talk();
  const few = { ...LIMITS, branches: 0 };
  expect(branchFrom(conversation(), at(1), few)).toMatchObject({
    error: { code: "limit_exceeded" },
  });
});

test("a fork copies the path to its message, with a summary of what it copies", () => {
  const { say, run, message, summarize } = talk();
  say("two, edited", at(1));
  summarize(4);
  const id = uuid(200);
  const copy = (...positions: number[]) =>
    run(
      decideForkConversation(
        {
          owner: ADA,
          from: TALK,
          id,
          title: undefined,
          messages: positions.map((one) => message(at(one))),
        },
        LIMITS,
      ),
    ).result;
  const summary = { text: "short", up_to_message: messageId(id, 2) };
  const forked = copy(0, 1, 4, 5);
  expect(forked).toMatchObject({ message_count: 4, summary });
  expect(forked).not.toHaveProperty("branches");
  expect(message(messageId(id, 2))).toMatchObject({ content: "two, edited" });
  expect(copy(0, 1, 2, 3)).toMatchObject({ message_count: 4, summary: null });
});
