import type { Block, HeadingBlock } from "../markdown/blocks.ts";
import { plainText } from "../markdown/blocks.ts";
import type { ImageSizes } from "./blocks-layout.ts";
import { BODY, layoutBlocks } from "./blocks-layout.ts";
import type { Measure, Page, Style } from "./display-list.ts";
import { BODY_SIZE, COLORS, CONTENT_WIDTH, LINE, PAGE } from "./display-list.ts";
import type { Flow } from "./flow.ts";
import { createFlow } from "./flow.ts";
import { breakLines } from "./inline-layout.ts";

export interface LayoutInput {
  readonly title: string;
  /** A line below the title, such as who wrote the text. */
  readonly byline: string | null;
  /** Heading of the table of contents. */
  readonly contents: string;
  readonly blocks: readonly Block[];
  readonly images: ImageSizes;
  readonly maxPages: number;
}

const TITLE: Style = { ...BODY, font: "bold", size: 22 };
const MUTED: Style = { ...BODY, size: 9, color: COLORS.muted };
/** Documents with fewer headings have no table of contents. */
const MIN_CONTENTS = 3;
/** Heights of a page that the body needs below the table of contents. */
const BODY_ROOM = 0.25;

/** Pages of a document: title, table of contents, text, page numbers. Throws RangeError beyond `maxPages`. */
export function layoutDocument(input: LayoutInput, measure: Measure): Page[] {
  const { title, byline, images, maxPages } = input;
  const blocks = withoutTitle(input.blocks, title);
  const flow = createFlow(maxPages);
  layoutLine(title, TITLE, flow, measure, 1.25);
  if (byline !== null) {
    flow.gap(4);
    layoutLine(byline, MUTED, flow, measure, LINE);
  }
  flow.gap(16);
  const entries = headingsOf(blocks);
  const listed =
    entries.length < MIN_CONTENTS ? [] : layoutContents(input.contents, entries, flow, measure);
  if (listed.length > 0 && flow.room() < PAGE.height * BODY_ROOM) flow.newPage();
  const from = flow.page();
  layoutBlocks(blocks, { flow, measure, images, x: PAGE.margin, width: CONTENT_WIDTH });

  const pageOf = new Map<string, number>();
  for (const [index, page] of flow.pages.entries()) {
    if (index < from) continue;
    for (const one of page) if (one.kind === "heading") pageOf.set(one.anchor, index + 1);
  }
  for (const { anchor, page, y, style } of listed) {
    const text = String(pageOf.get(anchor) ?? "");
    const width = measure(text, style);
    const x = PAGE.width - PAGE.margin - width;
    flow.addTo(page, { kind: "text", x, y, width, text, style });
  }
  addFooters(title, flow, measure);
  return [...flow.pages];
}

/** The first heading is left out where it repeats the title. */
function withoutTitle(blocks: readonly Block[], title: string): readonly Block[] {
  const [first] = blocks;
  const repeats = first?.kind === "heading" && plainText(first.content).trim() === title.trim();
  return repeats ? blocks.slice(1) : blocks;
}

/** Headings of the two highest levels that the document uses. */
function headingsOf(blocks: readonly Block[]): HeadingBlock[] {
  const all = blocks.filter((block) => block.kind === "heading");
  const least = highestLevel(all);
  return all.filter(({ level }) => level <= least + 1);
}

const highestLevel = (headings: readonly HeadingBlock[]): number =>
  headings.reduce((least, { level }) => Math.min(least, level), Infinity);

function layoutLine(text: string, style: Style, flow: Flow, measure: Measure, line: number): void {
  for (const { pieces } of breakLines([{ text, style }], CONTENT_WIDTH, measure)) {
    flow.need(style.size * line);
    const y = flow.y();
    for (const piece of pieces) flow.add({ ...piece, kind: "text", x: PAGE.margin + piece.x, y });
    flow.advance(style.size * line);
  }
}

interface ContentsEntry {
  readonly anchor: string;
  readonly page: number;
  readonly y: number;
  readonly style: Style;
}

/** @returns where the page number of each heading belongs */
function layoutContents(
  name: string,
  headings: readonly HeadingBlock[],
  flow: Flow,
  measure: Measure,
): ContentsEntry[] {
  const least = highestLevel(headings);
  layoutLine(name, { ...BODY, font: "bold", size: 12 }, flow, measure, 1.5);
  const entries = headings.map(({ anchor, level, content }): ContentsEntry => {
    const style: Style = {
      ...BODY,
      target: { anchor },
      font: level === least ? "bold" : "regular",
    };
    const indent = level === least ? 0 : 14;
    const height = BODY_SIZE * LINE;
    flow.need(height);
    const y = flow.y();
    const text = shortened(plainText(content), style, CONTENT_WIDTH - indent - 40, measure);
    const width = measure(text, style);
    flow.add({ kind: "text", x: PAGE.margin + indent, y, width, text, style });
    flow.advance(height);
    return { anchor, page: flow.page(), y, style };
  });
  flow.gap(14);
  return entries;
}

function shortened(text: string, style: Style, width: number, measure: Measure): string {
  const [line] = breakLines([{ text, style }], width, measure);
  const shown =
    line?.pieces
      .map((piece) => piece.text)
      .join("")
      .trimEnd() ?? "";
  return shown.length < text.trimEnd().length ? `${shown} …` : shown;
}

function addFooters(title: string, flow: Flow, measure: Measure): void {
  const style: Style = { ...MUTED, size: 8 };
  const y = PAGE.height - PAGE.margin / 2 - 4;
  for (const page of flow.pages.keys()) {
    const number = `${page + 1} / ${flow.pages.length}`;
    const width = measure(number, style);
    const right = PAGE.width - PAGE.margin - width;
    flow.addTo(page, { kind: "text", x: right, y, width, text: number, style });
    if (page === 0) continue;
    const text = shortened(title, style, CONTENT_WIDTH - 80, measure);
    flow.addTo(page, { kind: "text", x: PAGE.margin, y, width: measure(text, style), text, style });
  }
}
