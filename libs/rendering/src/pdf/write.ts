import PdfDocument from "pdfkit";
import type { Block, LinkTarget } from "../markdown/blocks.ts";
import type { Font, Measure, Operation, Page } from "./display-list.ts";
import { FONTS, PAGE } from "./display-list.ts";
import { readFont } from "./fonts.ts";
import type { DrawableImage } from "./images.ts";
import { openImages } from "./images.ts";
import { layoutDocument } from "./layout.ts";

export interface PdfInput {
  readonly title: string;
  readonly language: string;
  readonly byline: string | null;
  readonly blocks: readonly Block[];
  /** PNG and JPEG files by their id. */
  readonly images: ReadonlyMap<string, Uint8Array>;
  readonly maxPages: number;
}

const CONTENTS: Readonly<Record<string, string>> = { de: "Inhalt", en: "Contents" };

/** Only for the id of the file: the file has no date, so that the same source gives the same bytes. */
const FIXED_DATE = new Date(0);

/** Writes a PDF. The same input gives the same bytes. Throws RangeError beyond `maxPages`. */
export async function writePdf(input: PdfInput): Promise<{ pdf: Uint8Array; pages: number }> {
  const { title, language, byline, blocks } = input;
  const document = new PdfDocument({
    size: "A4",
    margin: 0,
    autoFirstPage: false,
    lang: language,
    displayTitle: true,
    // No standard font: the document has fonts of its own.
    font: "",
    info: { Title: title, Producer: "VEGA", Creator: "VEGA", CreationDate: FIXED_DATE },
  });
  const chunks: Uint8Array[] = [];
  document.on("data", (chunk: Uint8Array) => chunks.push(chunk));
  const ended = new Promise((resolve) => document.on("end", resolve));
  for (const font of FONTS) document.registerFont(font, Buffer.from(readFont(font)));
  const images = openImages(document, input.images);
  const contents = CONTENTS[language] ?? CONTENTS["en"] ?? "";
  const layout = { title, byline, contents, blocks, images, maxPages: input.maxPages };
  const pages = layoutDocument(layout, createMeasure(document));
  draw(pages, document, images);
  delete document.info.CreationDate;
  // pdfkit does not escape the title in XMP metadata, and gives their length in characters: the title is in the info.
  Object.assign(document, { endMetadata: () => undefined });
  document.end();
  await ended;
  return { pdf: Buffer.concat(chunks), pages: pages.length };
}

type Document = InstanceType<typeof PdfDocument>;

/** Widths are proportional to the size, so each text is measured once in a font. */
function createMeasure(document: Document): Measure {
  const known: Record<Font, Map<string, number>> = {
    regular: new Map(),
    bold: new Map(),
    italic: new Map(),
    boldItalic: new Map(),
    mono: new Map(),
  };
  return (text, { font, size }) => {
    const widths = known[font];
    let width = widths.get(text);
    if (width === undefined) {
      width = document.font(font).fontSize(1).widthOfString(text);
      if (widths.size > MAX_KNOWN) widths.clear();
      widths.set(text, width);
    }
    return width * size;
  };
}

const MAX_KNOWN = 20_000;

function draw(
  pages: readonly Page[],
  document: Document,
  images: ReadonlyMap<string, DrawableImage>,
): void {
  const anchors = new Set(
    pages.flat().flatMap((one) => (one.kind === "heading" ? [one.anchor] : [])),
  );
  /** The last item of the outline at each level; index 0 is the root. */
  let parents = [{ level: 0, item: document.outline }];
  const target = (
    to: LinkTarget,
    { x, y, width }: { x: number; y: number; width: number },
    height: number,
  ) => {
    if ("url" in to) document.link(x, y, width, height, to.url);
    else if (anchors.has(to.anchor)) document.goTo(x, y, width, height, to.anchor);
  };
  const drawOne = (operation: Operation): void => {
    switch (operation.kind) {
      case "text": {
        const { x, y, width, text, style } = operation;
        if (text.trim() === "") return;
        document.font(style.font).fontSize(style.size).fillColor(style.color);
        document.text(text, x, y, { lineBreak: false });
        if (style.target) target(style.target, operation, style.size * 1.3);
        if (style.struck) document.rect(x, y + style.size * 0.62, width, 0.6).fill(style.color);
        return;
      }
      case "box": {
        const { x, y, width, height, color } = operation;
        document.rect(x, y, width, height).fill(color);
        return;
      }
      case "image": {
        const { x, y, width, height, id } = operation;
        const image = images.get(id)?.parsed;
        // pdfkit takes an image that it has parsed; its types do not say so.
        if (image) document.image(image as unknown as Buffer, x, y, { width, height });
        return;
      }
      case "heading": {
        const { anchor, title, level, y } = operation;
        document.addNamedDestination(anchor, "XYZ", 0, PAGE.height - y + 8, null);
        parents = parents.filter((one) => one.level < level);
        const parent = parents.at(-1);
        if (parent) parents.push({ level, item: parent.item.addItem(title) });
      }
    }
  };
  for (const page of pages) {
    document.addPage({ size: "A4", margin: 0 });
    for (const operation of page) drawOne(operation);
  }
}
