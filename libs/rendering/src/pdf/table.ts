import type { Inline, TableBlock } from "../markdown/blocks.ts";
import { plainText } from "../markdown/blocks.ts";
import type { Measure, Style } from "./display-list.ts";
import { BODY_SIZE, COLORS, drop, LINE } from "./display-list.ts";
import type { Flow } from "./flow.ts";
import type { Line } from "./inline-layout.ts";
import { breakLines, runsOf } from "./inline-layout.ts";

const SIZE = BODY_SIZE * 0.88;
const LINE_HEIGHT = SIZE * LINE;
const PADDING = { x: 5, y: 3.5 };
/** A narrower column has hardly a word in a line. */
const MIN_COLUMN = 34;

const CELL: Style = { font: "regular", size: SIZE, color: COLORS.text };
const HEAD: Style = { ...CELL, font: "bold" };

/** Whether a table of so many columns fits into a width. */
export const fitsTable = ({ header }: TableBlock, width: number): boolean =>
  header.length * MIN_COLUMN <= width;

/** Lays a table out. Rows break across pages, and the header is repeated. */
export function layoutTable(
  table: TableBlock,
  { flow, measure, x, width }: { flow: Flow; measure: Measure; x: number; width: number },
): void {
  const widths = columnWidths(table, width, measure);
  const linesOf = (cells: readonly (readonly Inline[])[], style: Style): Line[][] =>
    widths.map((column, at) =>
      breakLines(runsOf(cells[at] ?? [], style), column - 2 * PADDING.x, measure),
    );

  /** Draws lines `from` to `to` of each cell. */
  const part = (cells: readonly Line[][], from: number, to: number, isHead: boolean) => {
    const height = Math.max(1, to - from) * LINE_HEIGHT + 2 * PADDING.y;
    const y = flow.y();
    if (isHead) flow.add({ kind: "box", x, y, width, height, color: COLORS.shade });
    let left = x;
    for (const [at, lines] of cells.entries()) {
      const column = widths[at] ?? 0;
      for (const [index, line] of lines.slice(from, to).entries()) {
        const offset = offsetOf(table.alignments[at], column - 2 * PADDING.x - line.width);
        for (const piece of line.pieces) {
          flow.add({
            ...piece,
            kind: "text",
            x: left + PADDING.x + offset + piece.x,
            y: y + PADDING.y + index * LINE_HEIGHT + drop(CELL, piece.style),
          });
        }
      }
      left += column;
    }
    flow.advance(height);
    flow.add({ kind: "box", x, y: flow.y(), width, height: 0.5, color: COLORS.rule });
  };

  const head = linesOf(table.header, HEAD);
  const heightOf = (cells: readonly Line[][]) => countOf(cells) * LINE_HEIGHT + 2 * PADDING.y;
  // A header that fills the page is not repeated.
  const isRepeated = heightOf(head) < flow.room() / 2 || heightOf(head) < 200;
  const drawHead = () => part(head, 0, countOf(head), true);

  flow.need(heightOf(head) + LINE_HEIGHT + 2 * PADDING.y);
  drawHead();
  for (const cells of table.rows) {
    const row = linesOf(cells, CELL);
    const count = countOf(row);
    if (heightOf(row) > flow.room() && flow.y() > 0) {
      const before = flow.page();
      flow.need(Math.min(heightOf(row), 160));
      if (flow.page() !== before && isRepeated) drawHead();
    }
    for (let from = 0; from < count;) {
      const room = Math.floor((flow.room() - 2 * PADDING.y) / LINE_HEIGHT);
      if (room < 1) {
        flow.newPage();
        if (isRepeated) drawHead();
        continue;
      }
      const to = Math.min(count, from + room);
      part(row, from, to, false);
      from = to;
    }
  }
}

const countOf = (cells: readonly Line[][]): number =>
  Math.max(1, ...cells.map((lines) => lines.length));

const offsetOf = (alignment: string | undefined, rest: number): number => {
  if (alignment === "right") return rest;
  return alignment === "center" ? rest / 2 : 0;
};

/** Rows that decide the widths of columns: measuring all of a long table takes too long. */
const MEASURED_ROWS = 200;
/** Characters of a cell that decide. */
const MEASURED_TEXT = 200;

/** Each column gets its longest word, and shares the rest by its longest cell. */
function columnWidths({ header, rows }: TableBlock, width: number, measure: Measure): number[] {
  const wide = (text: string) => measure(text, HEAD) + 2 * PADDING.x + 1;
  const all = [header, ...rows.slice(0, MEASURED_ROWS)];
  const columns = header.map((_, at) => {
    const texts = all.map((cells) => plainText(cells[at] ?? []).slice(0, MEASURED_TEXT));
    const words = texts.flatMap((text) => text.split(/\s+/u));
    return {
      least: Math.max(MIN_COLUMN, ...words.map(wide)),
      natural: Math.max(MIN_COLUMN, ...texts.map(wide)),
    };
  });
  const sum = (of: "least" | "natural") => columns.reduce((total, one) => total + one[of], 0);
  const [least, natural] = [sum("least"), sum("natural")];
  if (natural <= width) return columns.map((one) => (one.natural * width) / natural);
  if (least >= width) {
    const most = capOf(
      columns.map((one) => one.least),
      width,
    );
    return columns.map((one) => Math.min(one.least, most));
  }
  const share = (width - least) / (natural - least);
  return columns.map((one) => one.least + (one.natural - one.least) * share);
}

/** The largest width of a column with which all fit: words of wide columns are broken, narrow columns stay whole. */
function capOf(widths: readonly number[], total: number): number {
  let rest = total;
  const ascending = widths.toSorted((a, b) => a - b);
  for (const [at, width] of ascending.entries()) {
    const share = rest / (ascending.length - at);
    if (width > share) return share;
    rest -= width;
  }
  return Number.POSITIVE_INFINITY;
}
