import { expect, test } from "vitest";
import { addSystemTexts, addUserText, joinSystemMessages } from "./system-message.ts";

const user = { role: "user", content: "hi" };
const system = { role: "system", content: "Be brief." };
const developer = { role: "developer", content: [{ type: "text", text: "In rhymes." }] };

test("texts are added to the first system message", () => {
  expect(addSystemTexts([user], [])).toEqual([user]);
  expect(addSystemTexts([user], ["a", "b"])).toEqual([{ role: "system", content: "a\n\nb" }, user]);
  expect(addSystemTexts([system, user], ["a"])).toEqual([
    { role: "system", content: "Be brief.\n\na" },
    user,
  ]);
  expect(addSystemTexts([developer, user], ["a"])[0]).toEqual({
    role: "developer",
    content: "In rhymes.\n\na",
  });
});

test("system messages are joined at the beginning, in their order", () => {
  expect(joinSystemMessages([user, system, user, developer])).toEqual([
    { role: "system", content: "Be brief.\n\nIn rhymes." },
    user,
    user,
  ]);
  const fine = [system, user];
  expect(joinSystemMessages(fine)).toBe(fine);
  expect(joinSystemMessages([user])).toEqual([user]);
});

test("a text is added to the last user message, or follows another one", () => {
  expect(addUserText([user], "more")).toEqual([{ role: "user", content: "hi\n\nmore" }]);
  const image = { type: "image_url", image_url: { url: "https://example.com/a.png" } };
  expect(addUserText([{ role: "user", content: [image] }], "more")).toEqual([
    { role: "user", content: [image, { type: "text", text: "more" }] },
  ]);
  const result = { role: "tool", tool_call_id: "c", content: "1" };
  expect(addUserText([result], "more")).toEqual([result, { role: "user", content: "more" }]);
});
