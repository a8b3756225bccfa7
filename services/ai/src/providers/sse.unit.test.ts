import fc from "fast-check";
import { expect, test } from "vitest";
import { createSseParser } from "./sse.ts";

const BOM = "\uFEFF";

function parse(parts: readonly (string | Uint8Array)[], limit?: number): string[] {
  const parser = createSseParser(limit);
  const bytes = parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part));
  const events = [...bytes.flatMap((part) => parser.push(part)), ...parser.end()];
  return events.map(({ data }) => data);
}

function cut(text: string, size: number): Uint8Array[] {
  const bytes = Buffer.from(text);
  const parts = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
  return parts;
}

test("events are independent of chunk boundaries, line ends and a byte order mark", () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[ a-zäß👋:]{0,12}$/u), { maxLength: 6 }),
      fc.constantFrom("\n", "\r\n", "\r"),
      fc.constantFrom("", BOM),
      fc.integer({ min: 1, max: 7 }),
      (data, end, bom, size) => {
        const stream = data.map((text) => `: ping${end}event: e${end}data: ${text}${end}${end}`);
        const texts = data.map((text) => text.trim()).filter((text) => text !== "");
        expect(parse(cut(bom + stream.join(""), size))).toEqual(texts);
      },
    ),
  );
});

test("data lines are joined with line feeds", () => {
  expect(parse(["data:a\r\ndata:  b\r\ndata:c\r\n\r\n"])).toEqual(["a\n b\nc"]);
});

test("the end of the stream ends the last event", () => {
  for (const end of ["", "\n", "\r", "\r\n"]) {
    expect(parse([`data: a\n\ndata: b${end}`])).toEqual(["a", "b"]);
  }
});

test("keep-alive comments and unknown fields are ignored, whatever their size", () => {
  const comment = `: ${"x".repeat(100)}\n`;
  const other = `${"x".repeat(100)}: 1\nretry: soon\n`;
  expect(parse([comment, ":", "x".repeat(100), "\n\n", other, "data: a\n\n"], 50)).toEqual(["a"]);
});

test("a character split between chunks is decoded", () => {
  expect(parse(cut("data: 👋ß\n\n", 1))).toEqual(["👋ß"]);
});

test.each<[string, Uint8Array]>([
  ["an invalid byte", Uint8Array.of(0x64, 0xff, 0x0a)],
  ["half of a character at the end", Uint8Array.of(0x64, 0xf0, 0x9f)],
])("%s is an error", (_, bytes) => {
  expect(() => parse([bytes])).toThrow(
    expect.objectContaining({ kind: "broken_stream", message: expect.stringContaining("UTF-8") }),
  );
});

test.each<[string, string[]]>([
  ["a line without an end", ["data: ", ...Array<string>(20).fill("x".repeat(10))]],
  ["an event without an end", Array<string>(20).fill(`data: ${"x".repeat(10)}\n`)],
])("%s is an error beyond the limit", (_, parts) => {
  expect(parse(parts, 1_000)).toHaveLength(1);
  expect(() => parse(parts, 100)).toThrow(
    expect.objectContaining({
      kind: "broken_stream",
      message: "the provider sent an event of more than 100 characters",
    }),
  );
});

test("the limit is for one event, not for the stream", () => {
  expect(parse(Array<string>(100).fill(`data: ${"x".repeat(50)}\n\n`), 100)).toHaveLength(100);
});
