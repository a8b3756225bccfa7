import { expect, test } from "vitest";
import { modelOf, nonceOf, opening, piece, shapeOf, textReader } from "./completion-text.ts";

const SHAPE = { chunks: 3, gapMs: 20 };

test("the model name encodes the shape of a completion", () => {
  expect(shapeOf(modelOf(SHAPE))).toEqual(SHAPE);
  expect(() => shapeOf("gpt-4o")).toThrow("gpt-4o");
});

test("a completion is read piece by piece, with the provider's times", () => {
  const text = textReader("r1-7");
  const sent = [opening("r1-7", 20.25) + piece(0), piece(1) + piece(2)].map((it) => text.read(it));
  expect(sent.map(({ length }) => length)).toEqual([1, 2]);
  expect(text.waitedMs()).toBe(20.25);
  expect(text.fault(3)).toBeUndefined();
  expect(nonceOf(opening("r1-7", 20.25) + piece(0))).toBe("r1-7");
});

test("another request's completion, a cut, a duplicate and a wrong order are errors", () => {
  const faultOf = (...parts: string[]) => {
    const text = textReader("r1-7");
    for (const part of parts) text.read(part);
    return text.fault(2);
  };
  const start = opening("r1-7", 20) + piece(0);
  expect(faultOf(start, piece(1))).toBeUndefined();
  expect(faultOf(start)).toBe("1 pieces came, not 2");
  expect(faultOf(start, piece(1), piece(1))).toBe("piece 1 in place of 2");
  expect(faultOf(start, piece(1).trimEnd())).toBe("a piece was cut");
  expect(faultOf(piece(0), piece(1))).toBe("the beginning of the completion is missing");
  expect(faultOf(opening("r1-8", 20), piece(0), piece(1))).toBe("the completion of r1-8, not r1-7");
});
