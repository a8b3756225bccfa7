import { expect, test } from "vitest";
import { mannerOf, modelOf, nonceOf, opening, piece, textReader } from "./answer-text.ts";

const MANNER = { chunks: 3, gapMs: 20 };

test("the name of a model says how to answer", () => {
  expect(mannerOf(modelOf(MANNER))).toEqual(MANNER);
  expect(() => mannerOf("gpt-4o")).toThrow("gpt-4o");
});

test("an answer is read piece by piece, with the upstream's times", () => {
  const text = textReader("r1-7");
  const left = [opening("r1-7", 20.25) + piece(0), piece(1) + piece(2)].map((it) => text.read(it));
  expect(left.map(({ length }) => length)).toEqual([1, 2]);
  expect(text.waitedMs()).toBe(20.25);
  expect(text.fault(3)).toBeUndefined();
  expect(nonceOf(opening("r1-7", 20.25) + piece(0))).toBe("r1-7");
});

test("an answer that is another's, cut, doubled or out of order is wrong", () => {
  const faultOf = (...parts: string[]) => {
    const text = textReader("r1-7");
    for (const part of parts) text.read(part);
    return text.fault(2);
  };
  const start = opening("r1-7", 20) + piece(0);
  expect(faultOf(start, piece(1))).toBeUndefined();
  expect(faultOf(start)).toBe("1 pieces came, not 2");
  expect(faultOf(start, piece(1), piece(1))).toBe("piece 1 stands in the place of 2");
  expect(faultOf(start, piece(1).trimEnd())).toBe("a piece was cut");
  expect(faultOf(piece(0), piece(1))).toBe("the beginning of the answer is missing");
  expect(faultOf(opening("r1-8", 20), piece(0), piece(1))).toBe(
    "the answer is not to r1-7 but to r1-8",
  );
});
