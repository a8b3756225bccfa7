import type { Block, HeadingBlock, Inline, ListItem, TableBlock } from "../markdown/blocks.ts";
import { plainText } from "../markdown/blocks.ts";
import { libraryId } from "../markdown/links.ts";
import type { Measure, Style } from "./display-list.ts";
import { BODY_SIZE, BOTTOM, COLORS, drop, LINE, PAGE } from "./display-list.ts";
import type { Flow } from "./flow.ts";
import type { Piece } from "./inline-layout.ts";
import { breakLines, runsOf } from "./inline-layout.ts";
import { fitsTable, layoutTable } from "./table.ts";

/** Pixels of an image that can be drawn, by the id of its library file. */
export type ImageSizes = ReadonlyMap<string, { readonly width: number; readonly height: number }>;

/** Where blocks are laid out: a column of the flow. */
export interface Column {
  readonly flow: Flow;
  readonly measure: Measure;
  readonly images: ImageSizes;
  readonly x: number;
  readonly width: number;
}

export const BODY: Style = { font: "regular", size: BODY_SIZE, color: COLORS.text };
const CODE: Style = { ...BODY, font: "mono", size: BODY_SIZE * 0.82 };
const HEADING_SIZES = [18, 14.5, 12, 11, 10.5, 10] as const;

const PARAGRAPH_GAP = 7;
const INDENT = 18;
/** Deeply nested blocks are not indented further. */
const MIN_WIDTH = 150;
const MAX_IMAGE_HEIGHT = 420;
/** Points of a pixel: 96 pixels are one inch. */
const PIXEL = 0.75;

export function layoutBlocks(blocks: readonly Block[], column: Column, gap = PARAGRAPH_GAP): void {
  for (const [at, block] of blocks.entries()) {
    if (at > 0) column.flow.gap(gap);
    layoutBlock(block, column);
  }
}

function layoutBlock(block: Block, column: Column): void {
  switch (block.kind) {
    case "heading":
      return layoutHeading(block, column);
    case "paragraph":
      return layoutParagraph(block.content, column);
    case "code":
      return layoutCode(block.text, column);
    case "quote":
      return layoutQuote(block.blocks, column);
    case "list":
      return layoutList(block.items, block.start, column);
    case "table":
      return fitsTable(block, column.width)
        ? layoutTable(block, column)
        : layoutRows(block, column);
    case "rule": {
      const { flow, x, width } = column;
      flow.need(12);
      flow.add({ kind: "box", x, y: flow.y() + 6, width, height: 0.6, color: COLORS.rule });
      return flow.advance(12);
    }
  }
}

function layoutHeading({ level, anchor, content }: HeadingBlock, column: Column): void {
  const { flow } = column;
  const size = HEADING_SIZES[level - 1] ?? BODY_SIZE;
  const style: Style = { ...BODY, font: "bold", size };
  flow.gap(size * 0.7);
  // With two lines of the text that it is for.
  flow.need(size * LINE + 2 * BODY_SIZE * LINE + PARAGRAPH_GAP);
  flow.add({ kind: "heading", y: flow.y(), anchor, title: plainText(content), level });
  layoutText(content, style, column, 1.3);
}

/** Text of one size. No page ends with its first line alone, or begins with its last one. */
function layoutText(content: readonly Inline[], style: Style, column: Column, line = LINE): void {
  const { flow, measure, x, width } = column;
  const height = style.size * line;
  const lines = breakLines(runsOf(content, style), width, measure);
  for (const [at, { pieces }] of lines.entries()) {
    const isPair = lines.length > 1 && (at === 0 || at === lines.length - 2);
    flow.need(isPair ? 2 * height : height);
    const y = flow.y();
    for (const piece of pieces) {
      flow.add({ ...piece, kind: "text", x: x + piece.x, y: y + drop(style, piece.style) });
    }
    flow.advance(height);
  }
}

/** Images that can be drawn stand between the lines of a paragraph. */
function layoutParagraph(content: readonly Inline[], column: Column): void {
  let text: Inline[] = [];
  const close = () => {
    if (text.length > 0) layoutText(text, BODY, column);
    text = [];
  };
  for (const inline of content) {
    const id = inline.kind === "image" ? libraryId(inline.source) : undefined;
    const size = id === undefined ? undefined : column.images.get(id);
    if (id === undefined || !size) {
      text.push(inline);
      continue;
    }
    close();
    layoutImage(id, size, column);
  }
  close();
}

function layoutImage(
  id: string,
  size: { readonly width: number; readonly height: number },
  { flow, x, width }: Column,
): void {
  const scale = Math.min(PIXEL, width / size.width, MAX_IMAGE_HEIGHT / size.height);
  const drawn = { width: size.width * scale, height: size.height * scale };
  flow.gap(4);
  flow.need(drawn.height);
  flow.add({ kind: "image", x, y: flow.y(), ...drawn, id });
  flow.advance(drawn.height + 4);
}

const CODE_PADDING = 6;

function layoutCode(text: string, { flow, measure, x, width }: Column): void {
  const height = CODE.size * 1.4;
  const lines = text
    .replaceAll("\t", "    ")
    .split("\n")
    .flatMap((line) => codeLines(line, width - 2 * CODE_PADDING, measure));
  const edge = (where: number) =>
    flow.add({ kind: "box", x, y: where, width, height: CODE_PADDING, color: COLORS.shade });
  flow.need(Math.min(lines.length, 3) * height + 2 * CODE_PADDING);
  edge(flow.y());
  flow.advance(CODE_PADDING);
  for (const pieces of lines) {
    flow.need(height);
    const y = flow.y();
    flow.add({ kind: "box", x, y, width, height: height + 0.2, color: COLORS.shade });
    for (const piece of pieces) {
      flow.add({
        ...piece,
        kind: "text",
        text: piece.text.replaceAll("\u00a0", " "),
        x: x + CODE_PADDING + piece.x,
        y: y + 1,
      });
    }
    flow.advance(height);
  }
  edge(flow.y());
  flow.advance(CODE_PADDING);
}

/** Spaces of code are kept, where breakLines joins those of texts; an empty line is a line. */
function codeLines(line: string, width: number, measure: Measure): (readonly Piece[])[] {
  const run = { text: line.replaceAll(" ", "\u00a0"), style: CODE };
  const lines = breakLines([run], width, measure).map(({ pieces }) => pieces);
  return lines.length === 0 ? [[]] : lines;
}

function layoutQuote(blocks: readonly Block[], column: Column): void {
  const { flow, x } = column;
  const from = { page: flow.page(), y: flow.y() };
  layoutBlocks(blocks, indented(column, 14));
  for (let page = from.page; page <= flow.page(); page += 1) {
    const top = page === from.page ? from.y : PAGE.margin;
    const end = page === flow.page() ? flow.y() : BOTTOM;
    const height = Math.max(0, end - top);
    flow.addTo(page, { kind: "box", x, y: top, width: 2, height, color: COLORS.rule });
  }
}

function layoutList(items: readonly ListItem[], start: number | null, column: Column): void {
  const { flow, measure } = column;
  const inner = indented(column, INDENT);
  const height = BODY_SIZE * LINE;
  for (const [at, { checked, blocks }] of items.entries()) {
    if (at > 0) flow.gap(2.5);
    flow.need(height);
    const number = start === null ? "•" : `${start + at}.`;
    const text = checked === null ? number : checked ? "☑" : "☐";
    const width = measure(text, BODY);
    const from = { page: flow.page(), index: flow.pages.at(-1)?.length ?? 0, y: flow.y() };
    if (blocks.length === 0) flow.advance(height);
    else layoutBlocks(blocks, inner, 3);
    // Beside the first line, which may be on the next page, and before it for programs that extract the text.
    const { page, index, y } = firstLine(flow, from);
    const mark = { kind: "text", x: inner.x - width - 6, y, width, text, style: BODY } as const;
    flow.insert(page, index, mark);
  }
}

interface Place {
  readonly page: number;
  /** Of an operation on the page. */
  readonly index: number;
  readonly y: number;
}

/** The first text after a place; the place itself where there is none. */
function firstLine({ pages }: Flow, from: Place): Place {
  for (let page = from.page; page < pages.length; page += 1) {
    const operations = pages[page] ?? [];
    for (let index = page === from.page ? from.index : 0; index < operations.length; index += 1) {
      const one = operations[index];
      if (one?.kind === "text") return { page, index, y: one.y - drop(BODY, one.style) };
    }
  }
  return from;
}

/** A table with too many columns, as a list of its cells. */
function layoutRows({ header, rows }: TableBlock, column: Column): void {
  for (const cells of rows) {
    for (const [at, cell] of cells.entries()) {
      const name: Inline = { kind: "strong", content: header[at] ?? [] };
      layoutText([name, { kind: "text", text: ": " }, ...cell], BODY, column);
    }
    column.flow.gap(PARAGRAPH_GAP);
  }
}

function indented(column: Column, by: number): Column {
  if (column.width - by < MIN_WIDTH) return column;
  return { ...column, x: column.x + by, width: column.width - by };
}
