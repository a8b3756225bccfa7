import { expect, test } from "vitest";
import { parseMarkdown } from "../markdown/parse.ts";
import type { Measure, Operation, Page, Style } from "./display-list.ts";
import { BOTTOM, COLORS, CONTENT_WIDTH, PAGE } from "./display-list.ts";
import { imageSize } from "./image-size.ts";
import { breakLines } from "./inline-layout.ts";
import { layoutDocument } from "./layout.ts";

/** Every character is half as wide as high. */
const measure: Measure = (text, { size }) => text.length * size * 0.5;
const STYLE: Style = { font: "regular", size: 10, color: COLORS.text };
const lines = (text: string, width: number) =>
  breakLines([{ text, style: STYLE }], width, measure).map(({ pieces }) =>
    pieces.map((piece) => piece.text).join(""),
  );

const layout = (markdown: string, maxPages = 100, images = new Map()): Page[] =>
  layoutDocument(
    {
      title: "Title",
      byline: null,
      contents: "Contents",
      blocks: parseMarkdown(markdown),
      images,
      maxPages,
    },
    measure,
  );
const textsOf = (pages: readonly Page[]) =>
  pages.map((page) => page.flatMap((one) => (one.kind === "text" ? [one.text] : [])));

test("lines break between words, and within words that are too long", () => {
  expect(lines("one two three", 40)).toEqual(["one two ", "three"]);
  expect(lines("abcdefghij", 20)).toEqual(["abcd", "efgh", "ij"]);
  expect(lines("a abcdefgh", 20)).toEqual(["a ", "abcd", "efgh"]);
  expect(lines("𝒜𝒜𝒜", 15)).toEqual(["𝒜", "𝒜", "𝒜"]);
  expect(lines("", 20)).toEqual([]);
});

test("a word of several styles is not broken where the style changes", () => {
  const bold: Style = { ...STYLE, font: "bold" };
  const runs = [
    { text: "aa bb", style: STYLE },
    { text: "cc", style: bold },
  ];
  const [first, second] = breakLines(runs, 30, measure);
  expect(first?.pieces.map(({ text }) => text)).toEqual(["aa "]);
  expect(second?.pieces.map(({ text }) => text)).toEqual(["bb", "cc"]);
});

test("everything is within the margins of its page", () => {
  const words = "some words of a paragraph ".repeat(60);
  const code = `\`\`\`\n${"a line of code that is long ".repeat(8)}\n\`\`\``;
  const table = `| a | b |\n|---|---|\n${`| ${words} | x |\n`.repeat(3)}`;
  const list = `- ${words}\n  - ${words}\n    1. ${words}`;
  const pages = layout(
    Array.from({ length: 8 }, (_, n) => `## Heading ${n}\n\n${words}\n\n> ${words}\n`)
      .concat(code, table, list)
      .join("\n\n"),
  );
  expect(pages.length).toBeGreaterThan(3);
  const isWithin = (one: Operation): boolean => {
    if (one.kind === "heading") return true;
    const isFooter = one.kind === "text" && one.y > BOTTOM;
    const bottom = one.kind === "text" ? one.y + one.style.size : one.y + one.height;
    return (
      one.x >= PAGE.margin - 20 &&
      one.x + one.width <= PAGE.margin + CONTENT_WIDTH + 6 &&
      (isFooter || bottom <= BOTTOM + 8)
    );
  };
  expect(pages.flat().filter((one) => !isWithin(one))).toEqual([]);
});

test("the table of contents has the page of each heading", () => {
  const filler = "words ".repeat(900);
  const pages = layout(`## One\n\n${filler}\n\n## Two\n\n${filler}\n\n### Deep\n\n## Three\n`);
  const texts = textsOf(pages);
  for (const name of ["One", "Two", "Three"]) {
    const page = texts.findIndex((all, at) => all.includes(name) && (at > 0 || name === "One"));
    const entry = pages[0]?.find((one) => one.kind === "text" && one.text === name);
    const number = pages[0]?.find(
      (one) => one.kind === "text" && entry?.kind === "text" && one.y === entry.y && one !== entry,
    );
    expect(number).toMatchObject({ text: String(page + 1) });
  }
  expect(texts.at(-1)).toContain(`${pages.length} / ${pages.length}`);
});

test("a heading stays with the text after it", () => {
  const filler = Array.from({ length: 44 }, (_, n) => `line ${n}`).join("  \n");
  const pages = layout(`${filler}\n\n## Last\n\ntext`);
  const [at] = textsOf(pages).flatMap((texts, page) => (texts.includes("Last") ? [page] : []));
  expect(textsOf(pages)[at ?? -1]).toContain("text");
});

test("no page begins with the last line of a paragraph", () => {
  const paragraph = Array.from({ length: 5 }, (_, n) => `p${n}`).join("  \n");
  for (let before = 36; before < 50; before += 1) {
    const filler = Array.from({ length: before }, (_, n) => `line ${n}`).join("  \n");
    const pages = textsOf(layout(`${filler}\n\n${paragraph}`));
    const last = pages.find((texts) => texts.includes("p4"));
    const first = pages.find((texts) => texts.includes("p0"));
    expect([last?.includes("p3"), first?.includes("p1")]).toEqual([true, true]);
  }
});

test("the mark of an item is beside its first line", () => {
  for (let before = 36; before < 50; before += 1) {
    const filler = Array.from({ length: before }, (_, n) => `line ${n}`).join("  \n");
    const pages = layout(`${filler}\n\n- item one  \n  item two\n  - inner`);
    for (const [mark, item] of [
      [0, "item one"],
      [1, "inner"],
    ] as const) {
      const page = pages.find((one) => textsOf([one])[0]?.includes(item)) ?? [];
      const y = page.find((one) => one.kind === "text" && one.text === item);
      const marks = pages.flat().filter((one) => one.kind === "text" && one.text === "•");
      const beside = marks.filter(
        (one) =>
          page.includes(one) && y && one.kind !== "heading" && y.kind === "text" && one.y === y.y,
      );
      expect([mark, item, beside.length]).toEqual([mark, item, 1]);
    }
  }
});

test("narrow columns stay whole beside a word that is too long", () => {
  const texts = textsOf(
    layout(`| name | answers |\n|---|---|\n| ${"x".repeat(200)} | 12 |`),
  ).flat();
  expect(texts).toEqual(expect.arrayContaining(["name", "answers", "12"]));
});

test("rows of a table break across pages, with the header again", () => {
  const rows = Array.from({ length: 120 }, (_, n) => `| cell ${n} | x |`).join("\n");
  const texts = textsOf(layout(`| Head | Other |\n|---|---|\n${rows}`));
  expect(texts.length).toBeGreaterThan(2);
  expect(texts.every((page) => page.includes("Head"))).toBe(true);
  const cells = texts.flat().filter((text) => text.startsWith("cell"));
  expect(cells).toEqual(Array.from({ length: 120 }, (_, n) => `cell ${n}`));
});

test("a table with too many columns is a list; nothing is lost", () => {
  const row = (cell: (n: number) => string) =>
    `|${Array.from({ length: 30 }, (_, n) => cell(n)).join("|")}|`;
  const texts = textsOf(
    layout([row((n) => `h${n}`), row(() => "-"), row((n) => `c${n}`)].join("\n")),
  );
  const all = texts.flat().join(" ");
  for (let n = 0; n < 30; n += 1) expect(all).toMatch(new RegExp(`h${n}\\s*:.* c${n}\\b`));
});

test("more pages than the limit are refused", () => {
  expect(() => layout("word\n\n".repeat(500), 3)).toThrow(new RangeError("more than 3 pages"));
});

test("the size of an image is read from its bytes, and bounded", () => {
  const png = Buffer.alloc(40);
  png.write("89504e470d0a1a0a", "hex");
  png.writeUInt32BE(640, 16);
  png.writeUInt32BE(480, 20);
  expect(imageSize(png)).toEqual({ width: 640, height: 480 });
  png.writeUInt32BE(60_000, 16);
  expect(imageSize(png)).toBeUndefined();
  const jpeg = Buffer.from("ffd8ffe000044a46ffc00011080014001e0301220002", "hex");
  expect(imageSize(jpeg)).toEqual({ width: 30, height: 20 });
  expect(imageSize(Buffer.from("GIF89a"))).toBeUndefined();
  expect(imageSize(Buffer.from("ffd8ffe0ffff", "hex"))).toBeUndefined();
});
