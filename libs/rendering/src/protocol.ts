/* Messages between the renderer and its child process. */

export interface DocumentInput {
  readonly title: string;
  /** BCP 47, such as `en` and `de`. */
  readonly language: string;
  /** A line below the title; null: none. */
  readonly byline: string | null;
  readonly markdown: string;
  /** Images by the id of their library file. */
  readonly images: ReadonlyMap<string, ImageFile>;
}

export interface ImageFile {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export type Job =
  | { readonly kind: "pdf"; readonly document: DocumentInput; readonly maxPages: number }
  | { readonly kind: "html"; readonly document: DocumentInput }
  | { readonly kind: "pages"; readonly pdf: Uint8Array; readonly maxPages: number }
  | {
      readonly kind: "diff";
      readonly before: string;
      readonly after: string;
      readonly by: DiffUnit;
    };

export type DiffUnit = "words" | "lines";

/** A part of a comparison. */
export interface DiffPart {
  readonly change: "same" | "added" | "removed";
  readonly text: string;
}

export type Reply =
  | { readonly ok: true; readonly pages: number; readonly bytes: Uint8Array }
  | {
      readonly ok: false;
      readonly kind: "invalid" | "too_large" | "internal";
      readonly message: string;
    };
