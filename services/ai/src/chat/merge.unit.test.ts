import type { JsonObject, Message } from "@vega/contracts";
import { currentPath, isOnPath, messageId } from "@vega/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { merge } from "./merge.ts";
import { toStored } from "./request.ts";

const ID = "6b1f6f0a-3c1e-4a5e-9d53-2f4a1f0f9a11";
const says = (role: string, content: string): JsonObject => ({ role, content });
const u = (text: string) => says("user", text);
const a = (text: string) => says("assistant", text);
const system = says("system", "Be brief.");
const at = (position: number) => messageId(ID, position);

/** A stored conversation. */
function stored(list: readonly JsonObject[], unread = 0) {
  const messages = list.map(
    (one, position) => ({ id: at(position), position, status: "complete", ...one }) as Message,
  );
  return { messages, pinned: [] as Message[], unread };
}

/** The prompt, the stored messages, and the message that the turn follows. */
function turn(said: readonly JsonObject[], asked: readonly JsonObject[], unread = 0) {
  const { known, fresh, added, follows } = merge(stored(said, unread), asked);
  return { sees: [...known.map((one) => one.message), ...fresh], added, follows };
}

const two = [u("first"), a("A1"), u("second"), a("A2")];

describe("a list that differs from the conversation", () => {
  test.each<[string, JsonObject[], JsonObject[], JsonObject[], string | null]>([
    ["regenerates the last answer", two, two.slice(0, 3), [], at(2)],
    ["edits the last question", two, [...two.slice(0, 2), u("else")], [u("else")], at(1)],
    ["edits an answer", two, [u("first"), a("B1"), u("go on")], [a("B1"), u("go on")], at(0)],
    ["drops answers", two, [u("first"), u("second")], [u("second")], at(0)],
    [
      "edits the first question",
      two,
      [u("1st"), a("A1"), u("x")],
      [u("1st"), a("A1"), u("x")],
      null,
    ],
    ["is another one", two, [u("x"), a("X"), u("y")], [u("x"), a("X"), u("y")], null],
    ["lacks the beginning", two, [a("Hi!"), ...two], [a("Hi!"), ...two], null],
    [
      "puts words into the model's mouth",
      two,
      [...two.slice(0, 3), a("Well,")],
      [a("Well,")],
      at(2),
    ],
    [
      "keeps the system prompt alone",
      [system, ...two],
      [system, u("x"), a("X"), u("y")],
      [u("x"), a("X"), u("y")],
      at(0),
    ],
  ])("%s: the prompt is exactly that list", (_, had, list, added, follows) => {
    expect(turn(had, list)).toEqual({ sees: list, added, follows });
  });

  const exchange = fc
    .tuple(fc.string(), fc.string({ minLength: 1 }))
    .map(([q, text], n = 0) => [u(`${n}${q}`), a(`.${text}`)]);
  const talk = fc
    .array(exchange, { minLength: 1, maxLength: 6 })
    .map((all) => [
      system,
      ...all.flatMap(([q, r], n) => [{ ...q, content: `${n}${String(q?.["content"])}` }, r ?? {}]),
    ]);

  test("property: after a regeneration or edit the other branch is neither shown nor stored again", () => {
    fc.assert(
      fc.property(talk, fc.nat(), fc.option(fc.string()), (had, cut, edit) => {
        const end = 3 + 2 * (cut % ((had.length - 1) / 2)) - 1;
        const prefix = had.slice(0, end + 1);
        // Ends with a question: the stored one or another.
        const list = edit === null ? prefix.slice(0, -1) : [...prefix, u(`edited ${edit}`)];
        fc.pre(list.length > 2);
        const { sees, added, follows } = turn(had, list);
        expect(sees).toEqual(list);
        const isContinued = edit !== null && prefix.length === had.length;
        expect(added).toEqual(edit === null ? [] : [u(`edited ${edit}`)]);
        expect(follows).toBe(isContinued ? undefined : at(list.length - 1 - added.length));
      }),
    );
  });

  test("property: over many turns each new message is stored once", () => {
    const client = [u("q0")];
    const kept: Message[] = [];
    const branches: { at: number; after: number | null }[] = [];
    const step = fc.tuple(fc.constantFrom("next", "regenerate", "edit", "short"), fc.nat());
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        client.length = 1;
        kept.length = 0;
        branches.length = 0;
        let questions = 1;
        const ask = (asked: readonly JsonObject[]) => {
          const conversation = { message_count: kept.length, branches };
          const path = currentPath(conversation);
          const messages = kept.filter(({ position }) => isOnPath(path, position));
          const { known, fresh, added, follows } = merge(
            { messages, pinned: [], unread: 0 },
            asked,
          );
          if (follows !== undefined) {
            const after = follows === null ? null : Number(follows.split("/")[1]);
            branches.push({ at: kept.length, after });
          }
          const answer = a(`A${kept.length + added.length}`);
          for (const one of [...added, answer]) {
            const position = kept.length;
            kept.push({
              id: at(position),
              position,
              status: "complete",
              ...one,
            } as Message);
          }
          return { sees: [...known.map(({ message }) => message), ...fresh], added };
        };
        ask(client);
        client.push(a(`A${kept.length - 1}`));
        for (const [kind, which] of steps) {
          const turns = client.length / 2;
          const from = 2 * (which % turns);
          if (kind === "regenerate" && from > 0) client.splice(from + 1);
          else if (kind === "edit" && from > 0)
            client.splice(from, Infinity, u(`q${(questions += 1)}`));
          else client.push(u(`q${(questions += 1)}`));
          const { sees, added } = ask(kind === "short" ? client.slice(-1) : client);
          expect(sees).toEqual(client);
          expect(added).toEqual(kind === "regenerate" && from > 0 ? [] : client.slice(-1));
          client.push(a(`A${kept.length - 1}`));
        }
      }),
    );
  });
});

describe("a list that continues the conversation", () => {
  const next = u("and now?");

  test("with the whole conversation adds the rest", () => {
    const list = [...two, next];
    expect(turn(two, list)).toEqual({ sees: list, added: [next], follows: undefined });
  });

  test("with the end of the conversation is shown the whole conversation", () => {
    const all = { sees: [system, ...two, next], added: [next], follows: undefined };
    expect(turn([system, ...two], [...two.slice(2), next])).toEqual(all);
    expect(turn([system, ...two], [system, ...two.slice(2), next])).toEqual(all);
    expect(turn([system, ...two], [...two.slice(1), next])).toEqual(all);
  });

  test("with a regenerated end leaves out later messages", () => {
    const had = [...two, u("third"), a("A3"), u("fourth"), a("A4")];
    const sees = had.slice(0, 7);
    expect(turn(had, had.slice(4, 7))).toEqual({ sees, added: [], follows: at(6) });
  });

  test("with more messages than were read adds the rest", () => {
    const read = two.slice(2);
    const list = [...two, next];
    expect(turn(read, list, 2)).toEqual({
      sees: [...read, next],
      added: [next],
      follows: undefined,
    });
  });

  test("with changing system prompts shows the new ones and stores each once", () => {
    const clock = (time: string) => says("system", `It is ${time}.`);
    const had = [clock("12:00"), u("first"), a("A1"), clock("12:01"), u("second"), a("A2")];
    const list = [clock("12:02"), ...two, next];
    expect(turn(had, list)).toEqual({
      sees: list,
      added: [clock("12:02"), next],
      follows: undefined,
    });
    expect(turn(had, [clock("12:01"), ...two, next]).added).toEqual([next]);
    const regenerated = [clock("12:02"), ...two.slice(0, 3)];
    const { sees, follows } = turn(had, regenerated);
    expect(sees).toEqual(regenerated);
    expect(follows).toBe(at(4));
  });

  const call = { id: "a", type: "function", function: { name: "f", arguments: '{"q":1,"p":2}' } };
  const calling = { role: "assistant", content: null, tool_calls: [call] };
  const result = { role: "tool", content: "found", tool_call_id: "a" };

  test.each<[string, JsonObject, JsonObject]>([
    ["texts as parts", a("A1"), { ...a(""), content: [{ type: "text", text: "A1" }] }],
    ["white space around an answer", a("\n A1 \n"), a("A1")],
    ["other ends of lines", a("A\nB"), a("A\r\nB")],
    ["members that are not stored", a("A1"), { ...a("A1"), name: "Ada", refusal: null }],
    ["an answer that broke off, cut short", { ...a("A one"), status: "truncated" }, a("A on")],
    ["an answer that broke off, read further", { ...a("A on"), status: "cancelled" }, a("A one")],
  ])("with %s is recognized", (_, had, sent) => {
    const list = [u("first"), sent, next];
    const { added, follows } = turn([u("first"), had], list);
    expect({ added, follows }).toEqual({ added: [next], follows: undefined });
  });

  test("with differently formatted arguments is recognized", () => {
    const other = { ...call, index: 0, function: { name: "f", arguments: '{ "p": 2, "q": 1 }' } };
    const sent = { role: "assistant", content: "", tool_calls: [other] };
    const { added, follows } = turn([u("first"), calling], [u("first"), sent, result]);
    expect({ added, follows }).toEqual({ added: [result], follows: undefined });
    const changed = { ...sent, tool_calls: [{ ...call, id: "b" }] };
    const list = [u("first"), changed, { ...result, tool_call_id: "b" }];
    expect(turn([u("first"), calling], list)).toEqual({
      sees: list,
      added: list.slice(1),
      follows: at(0),
    });
  });

  test("with empty assistant messages is recognized", () => {
    const failed = [u("first"), { ...a(""), status: "failed" }, u("second"), a("A2")];
    const list = [u("first"), a(""), u("second"), a("A2"), next];
    const sees = [u("first"), u("second"), a("A2"), next];
    expect(turn(failed, list)).toEqual({ sees, added: [next], follows: undefined });
  });

  test("shows the client's pictures in place of stored notes", () => {
    const url = `data:image/png;base64,${"A".repeat(100_000)}`;
    const picture = { role: "user", content: [{ type: "image_url", image_url: { url } }] };
    const had = [{ ...toStored(picture) } as JsonObject, a("a cat"), u("sure?"), a("yes")];
    const list = [picture, ...had.slice(1, 3)];
    expect(turn(had, list)).toEqual({ sees: list, added: [], follows: at(2) });
    const asked = [u("hi"), a("hello"), picture];
    const again = merge(stored([u("hi"), a("hello"), had[0] ?? {}]), asked);
    expect(again).toMatchObject({ added: [], resent: [picture], follows: undefined });
    expect(again.known.at(-1)?.message).toEqual(picture);
  });
});

describe("a request with the next messages only", () => {
  test.each<[string, JsonObject[]]>([
    ["a question", [u("third")]],
    ["a question that was answered before", [u("first")]],
    ["the last question, which was answered", [u("second")]],
    ["two questions", [u("third"), u("fourth")]],
    ["a question with a word of the answer", [u("third"), a("Well,")]],
  ])("adds %s", (_, asked) => {
    expect(turn(two, asked)).toEqual({
      sees: [...two, ...asked],
      added: asked,
      follows: undefined,
    });
  });

  test("adds new system prompts only", () => {
    const had = [system, ...two];
    const other = says("system", "Rhyme.");
    expect(turn(had, [system, u("third")]).added).toEqual([u("third")]);
    expect(turn(had, [other, u("third")]).added).toEqual([other, u("third")]);
  });

  test("adds tool results directly after their call", () => {
    const calling = {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "a", type: "function" }],
    };
    const result = { role: "tool", content: "found", tool_call_id: "a" };
    const had = [u("first"), calling];
    expect(turn(had, [system, result]).added).toEqual([result, system]);
    expect(turn(had, [calling, result]).added).toEqual([result]);
  });

  test("adds nothing when it repeats an unanswered question", () => {
    const open = [...two, u("third")];
    const half = [...open, { ...a("It is"), status: "truncated" }];
    for (const had of [open, half]) {
      expect(turn(had, [u("third")])).toEqual({ sees: open, added: [], follows: undefined });
      expect(turn(had, open)).toEqual({ sees: open, added: [], follows: undefined });
      expect(turn(had.slice(2), [u("third")], 2).added).toEqual([]);
    }
  });

  test("replaces a streaming completion of the same question", () => {
    const had = [...two, u("third"), { ...a("It"), status: "streaming" }];
    const sees = [...two, u("third")];
    expect(turn(had, [u("third")])).toEqual({ sees, added: [], follows: at(4) });
    expect(turn(had, [u("fourth")]).follows).toBeUndefined();
  });

  test("starts an empty conversation", () => {
    const asked = [system, u("first")];
    expect(turn([], asked)).toEqual({ sees: asked, added: asked, follows: undefined });
    expect(turn([], two)).toEqual({ sees: two, added: two, follows: undefined });
  });
});
