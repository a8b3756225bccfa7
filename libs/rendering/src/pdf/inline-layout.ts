import type { Inline } from "../markdown/blocks.ts";
import { libraryId } from "../markdown/links.ts";
import type { Measure, Style } from "./display-list.ts";
import { COLORS } from "./display-list.ts";

/** A part of a line in one style. */
export interface Piece {
  readonly x: number;
  readonly width: number;
  readonly text: string;
  readonly style: Style;
}

export interface Line {
  readonly pieces: readonly Piece[];
  readonly width: number;
}

/** A text in one style; `break`: a line ends after it. */
export interface Run {
  readonly text: string;
  readonly style: Style;
  readonly break?: boolean;
}

/** Text of inline content as runs. Images that a block does not show are their descriptions. */
export function runsOf(content: readonly Inline[], style: Style): Run[] {
  return content.flatMap((inline): Run[] => {
    switch (inline.kind) {
      case "text":
        return [{ text: inline.text, style }];
      case "code":
        return [{ text: inline.text, style: { ...style, font: "mono", size: style.size * 0.9 } }];
      case "break":
        return [{ text: "", style, break: true }];
      case "strong":
        return runsOf(inline.content, { ...style, font: isSlanted(style) ? "boldItalic" : "bold" });
      case "emphasis":
        return runsOf(inline.content, { ...style, font: isBold(style) ? "boldItalic" : "italic" });
      case "deleted":
        return runsOf(inline.content, { ...style, struck: true });
      case "link":
        return runsOf(inline.content, { ...style, color: COLORS.link, target: inline.target });
      default: {
        const what = inline.alt || (libraryId(inline.source) === undefined ? "" : "image");
        return what === "" ? [] : [{ text: `[${what}]`, style: { ...style, font: "italic" } }];
      }
    }
  });
}

const isBold = ({ font }: Style) => font === "bold" || font === "boldItalic";
const isSlanted = ({ font }: Style) => font === "italic" || font === "boldItalic";

interface Word {
  readonly parts: { readonly text: string; readonly style: Style }[];
  /** A line ends after the word. */
  readonly ends: boolean;
}

/** Words with the spaces that follow them. A word may have several styles. */
function wordsOf(runs: readonly Run[]): Word[] {
  const words: Word[] = [];
  let parts: Word["parts"] = [];
  const close = (ends: boolean) => {
    if (parts.length > 0 || ends) words.push({ parts, ends });
    parts = [];
  };
  for (const run of runs) {
    for (const [text] of run.text.matchAll(/[^ \t\r\n]+[ \t\r\n]*|[ \t\r\n]+/gu)) {
      const shown = text.replace(/[ \t\r\n]+$/u, " ");
      parts.push({ text: shown, style: run.style });
      if (shown.endsWith(" ")) close(false);
    }
    if (run.break) close(true);
  }
  close(false);
  return words;
}

/** Breaks runs into lines of a width. A word that is wider than a line is broken between characters. */
export function breakLines(runs: readonly Run[], width: number, measure: Measure): Line[] {
  const lines: Line[] = [];
  let pieces: Piece[] = [];
  let x = 0;
  const close = () => {
    lines.push({ pieces: joined(pieces), width: x });
    pieces = [];
    x = 0;
  };
  const place = (text: string, style: Style) => {
    const wide = measure(text, style);
    pieces.push({ x, width: wide, text, style });
    x += wide;
  };
  for (const { parts, ends } of wordsOf(runs)) {
    const bare = parts.reduce((sum, { text, style }) => sum + measure(text.trimEnd(), style), 0);
    if (x > 0 && x + bare > width) close();
    for (const { text, style } of parts) {
      let rest = text;
      while (x + measure(rest.slice(0, MAX_CUT).trimEnd(), style) > width) {
        const cut = fitting(rest, style, width - x, measure);
        if (cut === 0 && x > 0) {
          close();
          continue;
        }
        place(rest.slice(0, Math.max(cut, 1)), style);
        rest = rest.slice(Math.max(cut, 1));
        close();
      }
      if (rest !== "") place(rest, style);
    }
    if (ends) close();
  }
  if (pieces.length > 0) close();
  return lines;
}

/** More characters than a line of a page has. */
const MAX_CUT = 600;

/** How many characters fit; never half of a surrogate pair. */
function fitting(text: string, style: Style, width: number, measure: Measure): number {
  let low = 0;
  let high = Math.min(text.length, MAX_CUT);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(text.slice(0, middle), style) <= width) low = middle;
    else high = middle - 1;
  }
  return text.slice(0, low).isWellFormed() ? low : low - 1;
}

/** Neighbours of one style become one piece, so that a reader extracts words with their spaces. */
function joined(pieces: readonly Piece[]): Piece[] {
  const all: Piece[] = [];
  for (const piece of pieces) {
    const last = all.at(-1);
    if (last && last.style === piece.style) {
      all[all.length - 1] = {
        ...last,
        text: last.text + piece.text,
        width: last.width + piece.width,
      };
    } else all.push(piece);
  }
  return all;
}
