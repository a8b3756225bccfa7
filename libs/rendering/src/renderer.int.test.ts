import { afterAll, expect, test } from "vitest";
import type { DocumentInput } from "./index.ts";
import { createRenderer } from "./index.ts";

/* Documents in real child processes. */

const renderer = createRenderer();
const strict = createRenderer({ cpuMs: 800, wallMs: 20_000, heapMb: 64, residentMb: 300 });
afterAll(() => Promise.all([renderer.stop(), strict.stop()]));

const ID = "6b1f6f0a-3c1e-4a5e-9d53-2f4a1f0f9a11";
/** One red pixel. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==",
  "base64",
);

const documentOf = (markdown: string, more: Partial<DocumentInput> = {}): DocumentInput => ({
  title: "Ræven & <ß> ∞",
  language: "de",
  byline: "Maschinell erstellt von a/b",
  markdown,
  images: new Map(),
  ...more,
});

const MARKDOWN = [
  "## Æ ∞ ß",
  "Fließtext mit **fettem**, *kursivem* und `codiertem` Text, einem [Verweis](https://example.org/).",
  "1. eins\n   - innen ☑\n2. zwei",
  "| Spalte | Wert |\n|---|--:|\n| Æ | 1.000 |",
  "```\nconst ∞ = `ß`;\n```",
  "> Zitat",
  `## Bild\n\n![Ein Bild](vega://library/${ID})`,
  "## Ende\n\nZurück zu [Æ](#æ--ß).",
].join("\n\n");

test("a PDF has its text, links, outline and title; the same source gives the same bytes", async () => {
  const input = documentOf(MARKDOWN);
  const [first, second] = [await renderer.pdf(input), await renderer.pdf(input)];
  expect(Buffer.from(first.pdf).equals(second.pdf)).toBe(true);
  expect(Buffer.from(first.pdf).toString("latin1")).not.toMatch(/CreationDate|ModDate|xmpmeta/);
  const { extractText, getDocumentProxy, getMeta } = await import("unpdf");
  const pdf = await getDocumentProxy(new Uint8Array(first.pdf));
  const { text } = await extractText(pdf, { mergePages: true });
  const found = text.replaceAll(/\s+/gu, " ");
  for (const expected of [
    "Ræven & <ß> ∞",
    "Maschinell erstellt von a/b",
    "Inhalt",
    "Fließtext mit fettem, kursivem und codiertem Text, einem Verweis.",
    "1. eins",
    "innen ☑",
    "Spalte Wert",
    "Æ 1.000",
    "const ∞ = `ß`;",
    "Zitat",
    "[Ein Bild]",
  ]) {
    expect(found).toContain(expected);
  }
  expect((await getMeta(pdf)).info).toMatchObject({ Title: "Ræven & <ß> ∞" });
  expect((await pdf.getOutline())?.map(({ title }) => title)).toEqual(["Æ ∞ ß", "Bild", "Ende"]);
  const annotations = await (await pdf.getPage(1)).getAnnotations();
  expect(annotations.map(({ url }) => url)).toContain("https://example.org/");
  expect(await renderer.countPages(async () => first.pdf)).toBe(first.pages);
});

test("images of the library are drawn, and are data in HTML", async () => {
  const images = new Map([[ID, { mediaType: "image/png", bytes: PNG }]]);
  const { pdf } = await renderer.pdf(documentOf(MARKDOWN, { images }));
  expect(Buffer.from(pdf).toString("latin1")).toContain("/Subtype /Image");
  const html = Buffer.from(await renderer.html(documentOf(MARKDOWN, { images }))).toString();
  expect(html).toContain(`src="data:image/png;base64,${PNG.toString("base64")}"`);
  expect(html).toContain("<title>Ræven &amp; &lt;ß&gt; ∞</title>");
});

test("versions are compared by words and by lines", async () => {
  const [before, after] = ["same\none two three\n", "same\none 2 three\nfour\n"];
  expect(await renderer.compare(before, after, "words")).toEqual([
    { change: "same", text: "same\n" },
    { change: "same", text: "one " },
    { change: "removed", text: "two" },
    { change: "added", text: "2" },
    { change: "same", text: " three\n" },
    { change: "added", text: "four\n" },
  ]);
  expect(await renderer.compare(before, after, "lines")).toEqual([
    { change: "same", text: "same\n" },
    { change: "removed", text: "one two three\n" },
    { change: "added", text: "one 2 three\nfour\n" },
  ]);
});

test("a hostile document ends at its limits", async () => {
  await expect(strict.pdf(documentOf("[a](b)".repeat(160_000)))).rejects.toMatchObject({
    kind: "too_large",
    message: expect.stringMatching(/^the document takes more than \d+ (ms|MB)/) as unknown,
  });
});

test("what is no PDF is refused by name", async () => {
  for (const bytes of [Buffer.from("%PDF-1.7 nonsense"), Buffer.from("%PDF-"), PNG]) {
    await expect(renderer.countPages(async () => bytes)).rejects.toMatchObject({
      kind: "invalid",
      message: expect.stringMatching(/^the PDF cannot be read: /) as unknown,
    });
  }
});

test("too many documents are refused, and a stop ends those that wait", async () => {
  const busy = createRenderer();
  const all = Array.from({ length: 40 }, () => busy.pdf(documentOf("x")).catch((error) => error));
  await busy.stop();
  const kinds = (await Promise.all(all)).map(({ kind }: { kind: string }) => kind);
  expect(kinds.filter((kind) => kind === "busy")).toHaveLength(8);
  expect(kinds.filter((kind) => kind === undefined || kind === "internal")).toHaveLength(32);
});
