import type { LinkTarget } from "../markdown/blocks.ts";

/* Pages as lists of drawing operations. Lengths are points, y grows downwards. */

export const FONTS = ["regular", "bold", "italic", "boldItalic", "mono"] as const;
export type Font = (typeof FONTS)[number];

export interface Style {
  readonly font: Font;
  readonly size: number;
  readonly color: string;
  readonly target?: LinkTarget | undefined;
  readonly struck?: boolean;
}

export type Operation =
  /** `y`: top of the line. */
  | {
      readonly kind: "text";
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly text: string;
      readonly style: Style;
    }
  | {
      readonly kind: "box";
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly color: string;
    }
  | {
      readonly kind: "image";
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly id: string;
    }
  | {
      readonly kind: "heading";
      readonly y: number;
      readonly anchor: string;
      readonly title: string;
      readonly level: number;
    };

export type Page = readonly Operation[];

/** Width of a text in points. */
export type Measure = (text: string, style: Pick<Style, "font" | "size">) => number;

/** A4 with its margins. */
export const PAGE = { width: 595.28, height: 841.89, margin: 64 } as const;
export const CONTENT_WIDTH = PAGE.width - 2 * PAGE.margin;
export const BOTTOM = PAGE.height - PAGE.margin;

export const COLORS = {
  text: "#1c1f26",
  muted: "#5f6673",
  link: "#1f4fa3",
  rule: "#c9ced6",
  shade: "#f1f2f5",
} as const;

export const BODY_SIZE = 10;
/** Height of a line as a multiple of the font's size. */
export const LINE = 1.45;

/** Height of DejaVu above the baseline, as a share of its size. */
const ASCENT = 0.928;

/** How much lower a text starts on a line of larger text, so that both stand on one baseline. */
export const drop = (line: Pick<Style, "size">, text: Pick<Style, "size">): number =>
  (line.size - text.size) * ASCENT;
