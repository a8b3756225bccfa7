import { expect, test } from "vitest";
import { finishedSentences } from "./sentences.ts";

test("a sentence counts once what follows it has begun", () => {
  expect(finishedSentences("One. Two", 0)).toEqual({ text: "One.", to: 4 });
  expect(finishedSentences("One. Two", 4)).toEqual({ text: "", to: 4 });
  expect(finishedSentences("One. Two! Three", 4)).toEqual({ text: "Two!", to: 9 });
});

test("an empty line ends a sentence without a full stop; a point in a number does not", () => {
  expect(finishedSentences("A heading\n\nText of 3.5 and", 0).text).toBe("A heading");
  expect(finishedSentences("About 3.5 of", 0).text).toBe("");
});

test("the pieces are the whole text", () => {
  const whole = 'First. Second? Third: "quoted." Done. ';
  let at = 0;
  let spoken = "";
  for (let length = 1; length <= whole.length; length += 1) {
    const { text, to } = finishedSentences(whole.slice(0, length), at);
    spoken += text === "" ? "" : `${text} `;
    at = to;
  }
  expect(spoken).toBe(whole);
});
