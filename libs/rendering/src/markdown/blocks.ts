/* A Markdown document as the writers of PDF and HTML see it: no raw HTML, only links that a reader may follow. */

export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "break" }
  | { readonly kind: "strong" | "emphasis" | "deleted"; readonly content: readonly Inline[] }
  | { readonly kind: "link"; readonly target: LinkTarget; readonly content: readonly Inline[] }
  | { readonly kind: "image"; readonly source: string; readonly alt: string };

/** An address outside of the document, or the anchor of one of its headings. */
export type LinkTarget = { readonly url: string } | { readonly anchor: string };

export interface ListItem {
  /** Null: not an item of a task list. */
  readonly checked: boolean | null;
  readonly blocks: readonly Block[];
}

export type Alignment = "left" | "center" | "right";

export interface TableBlock {
  readonly kind: "table";
  readonly alignments: readonly Alignment[];
  readonly header: readonly (readonly Inline[])[];
  readonly rows: readonly (readonly (readonly Inline[])[])[];
}

export interface HeadingBlock {
  readonly kind: "heading";
  /** 1 to 6 */
  readonly level: number;
  /** Unique within the document. */
  readonly anchor: string;
  readonly content: readonly Inline[];
}

export type Block =
  | HeadingBlock
  | { readonly kind: "paragraph"; readonly content: readonly Inline[] }
  | { readonly kind: "code"; readonly language: string; readonly text: string }
  | { readonly kind: "quote"; readonly blocks: readonly Block[] }
  | {
      readonly kind: "list";
      /** Number of the first item; null: bullets. */
      readonly start: number | null;
      readonly items: readonly ListItem[];
    }
  | TableBlock
  | { readonly kind: "rule" };

/** The text of inline content without its styles. */
export const plainText = (content: readonly Inline[]): string =>
  content
    .map((inline) => {
      if (inline.kind === "break") return " ";
      if (inline.kind === "image") return inline.alt;
      return "content" in inline ? plainText(inline.content) : inline.text;
    })
    .join("");
