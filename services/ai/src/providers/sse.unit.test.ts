import fc from "fast-check";
import { expect, test } from "vitest";
import { createSseParser } from "./sse.ts";

const parse = (parts: readonly Uint8Array[]) => {
  const parser = createSseParser();
  return [...parts.flatMap((part) => parser.push(part)), ...parser.end()];
};

test("reads what it is sent, however it is cut into pieces and however lines end", () => {
  const texts = fc.array(fc.stringMatching(/^[ a-zäß👋:]{0,12}$/u), { maxLength: 6 });
  fc.assert(
    fc.property(
      texts,
      fc.constantFrom("\n", "\r\n", "\r"),
      fc.integer({ min: 1, max: 7 }),
      (data, end, size) => {
        const stream = data.map((text) => `: ping${end}event: e${end}data: ${text}${end}${end}`);
        const bytes = Buffer.from(stream.join(""));
        const parts = [];
        for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
        expect(parse(parts)).toEqual(data.map((text) => ({ event: "e", data: text })));
      },
    ),
  );
});

test("joins lines of data, and takes an end of the stream for a blank line", () => {
  expect(parse([Buffer.from("data:a\ndata:  b\n\ndata: c")])).toEqual([
    { event: "", data: "a\n b" },
    { event: "", data: "c" },
  ]);
});

test("refuses what is no UTF-8", () => {
  expect(() => parse([Uint8Array.of(0x64, 0xff, 0x0a)])).toThrow(TypeError);
});
