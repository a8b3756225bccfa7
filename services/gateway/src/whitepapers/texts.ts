import type { Whitepaper, WhitepaperVersion } from "@vega/contracts";
import { MAX_MARKDOWN_BYTES, MAX_WHITEPAPER_PDF_BYTES, VegaError } from "@vega/contracts";
import type { BlobClient } from "@vega/messaging";
import type {
  DiffPart,
  DiffUnit,
  DocumentInput,
  ImageFile,
  Renderer,
  RenderingErrorKind,
} from "@vega/rendering";
import { libraryIdsIn, RenderingError } from "@vega/rendering";
import { createHash } from "node:crypto";
import { createByteCache } from "./byte-cache.ts";
import { readBlob } from "./read-blob.ts";

/** Bytes of rendered documents that a gateway keeps. */
const CACHE_BYTES = 16 * 1024 * 1024;
/** Images of one document. */
const MAX_IMAGES = 32;
const PDF_SIGNATURE = "%PDF-";

/** An image of the library that a reader may see. */
export interface ReadableImage {
  readonly sha256: string;
  readonly mediaType: string;
  readonly load: () => Promise<Uint8Array>;
}

/** Finds the images that a reader may see, by their id. */
export type FindImages = (ids: readonly string[]) => Promise<ReadonlyMap<string, ReadableImage>>;

/** The part of a whitepaper that its documents show. */
export type Described = Pick<Whitepaper, "title" | "language">;

/** A stored text: digest, size, pages. */
export interface StoredText {
  readonly sha256: string;
  readonly bytes: number;
  readonly source: "markdown" | "pdf";
  readonly pages: number;
}

/** Texts of whitepapers: stores them as blobs, renders and compares them. All methods throw VegaError. */
export interface WhitepaperTexts {
  /** Renders a Markdown text once, so that each stored text can be rendered, and stores it. */
  storeMarkdown(markdown: string, described: Described, images: FindImages): Promise<StoredText>;
  /** Stores a PDF. `unsupported_media_type`: it is none. `invalid`: it cannot be read. */
  storePdf(source: AsyncIterable<Uint8Array>): Promise<StoredText>;
  readMarkdown(version: WhitepaperVersion): Promise<string>;
  /** The PDF of a Markdown version. */
  pdf(version: WhitepaperVersion, described: Described, images: FindImages): Promise<Uint8Array>;
  html(version: WhitepaperVersion, described: Described, images: FindImages): Promise<Uint8Array>;
  compare(before: WhitepaperVersion, after: WhitepaperVersion, by: DiffUnit): Promise<DiffPart[]>;
}

export function createWhitepaperTexts(blobs: BlobClient, renderer: Renderer): WhitepaperTexts {
  const pdfs = createByteCache<{ bytes: Uint8Array; pages: number }>(CACHE_BYTES);

  const readMarkdown = async ({ n, source, sha256 }: WhitepaperVersion): Promise<string> => {
    if (source !== "markdown") {
      throw new VegaError("invalid", `version ${n} is a PDF and has no Markdown: use format=pdf`);
    }
    return Buffer.from(await readBlob(blobs, sha256, MAX_MARKDOWN_BYTES)).toString();
  };
  const renderPdf = (document: Unloaded) =>
    pdfs.get(keyOf(document), async () => {
      const loaded = await withImages(document);
      const { pdf, pages } = await mapped(() => renderer.pdf(loaded));
      return { bytes: pdf, pages };
    });

  return {
    readMarkdown,
    async storeMarkdown(markdown, described, images) {
      const bytes = Buffer.from(markdown);
      if (bytes.byteLength > MAX_MARKDOWN_BYTES) {
        const message = `the text has ${bytes.byteLength} bytes, the limit is ${MAX_MARKDOWN_BYTES}; split it`;
        throw new VegaError("too_large", message);
      }
      const { pages } = await renderPdf(await documentOf(markdown, described, null, images));
      const stored = await blobs.put(once(bytes), { maxBytes: MAX_MARKDOWN_BYTES });
      return { ...stored, source: "markdown", pages };
    },
    async storePdf(source) {
      const stored = await blobs.put(checkSignature(source), {
        maxBytes: MAX_WHITEPAPER_PDF_BYTES,
      });
      const loadPdf = () => readBlob(blobs, stored.sha256, MAX_WHITEPAPER_PDF_BYTES);
      const pages = await mapped(() => renderer.countPages(loadPdf));
      return { ...stored, source: "pdf", pages };
    },
    async pdf(version, described, images) {
      const markdown = await readMarkdown(version);
      const document = await documentOf(markdown, described, bylineOf(version, described), images);
      return (await renderPdf(document)).bytes;
    },
    async html(version, described, images) {
      const markdown = await readMarkdown(version);
      const document = await documentOf(markdown, described, bylineOf(version, described), images);
      const loaded = await withImages(document);
      return mapped(() => renderer.html(loaded));
    },
    async compare(before, after, by) {
      const [older, newer] = await Promise.all([readMarkdown(before), readMarkdown(after)]);
      return mapped(() => renderer.compare(older, newer, by));
    },
  };
}

/** A document whose images are not loaded yet. */
type Unloaded = Omit<DocumentInput, "images"> & {
  readonly images: ReadonlyMap<string, ReadableImage>;
};

async function documentOf(
  markdown: string,
  { title, language }: Described,
  byline: string | null,
  images: FindImages,
): Promise<Unloaded> {
  const ids = libraryIdsIn(markdown, MAX_IMAGES);
  const found = ids.length === 0 ? new Map() : await images(ids);
  return { title, language, byline, markdown, images: found };
}

async function withImages({ images, ...document }: Unloaded): Promise<DocumentInput> {
  const loaded = new Map<string, ImageFile>();
  for (const [id, image] of images) {
    loaded.set(id, { mediaType: image.mediaType, bytes: await image.load() });
  }
  return { ...document, images: loaded };
}

/** Machine-written texts say so, in their language. */
function bylineOf({ written_by }: WhitepaperVersion, { language }: Described): string | null {
  if (written_by === null) return null;
  const { provider, model } = written_by;
  const by = language.startsWith("de") ? "Maschinell erstellt von" : "Written by a machine:";
  return `${by} ${provider}/${model}`;
}

function keyOf({ title, language, byline, markdown, images }: Unloaded): string {
  const drawn = Array.from(images, ([id, { sha256 }]) => [id, sha256]);
  const source = JSON.stringify([title, language, byline, drawn, markdown]);
  return createHash("sha256").update(source).digest("base64");
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* checkSignature(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let start = "";
  for await (const chunk of source) {
    if (start.length < PDF_SIGNATURE.length) {
      start += Buffer.from(chunk.subarray(0, PDF_SIGNATURE.length)).toString("latin1");
      if (!start.startsWith(PDF_SIGNATURE.slice(0, start.length))) throw noPdf();
    }
    yield chunk;
  }
  if (start.length < PDF_SIGNATURE.length) throw noPdf();
}

const noPdf = () =>
  new VegaError("unsupported_media_type", "the body is no PDF: it does not start with %PDF-");

const CODES = {
  invalid: "invalid",
  too_large: "too_large",
  busy: "unavailable",
  internal: "internal",
} as const satisfies Record<RenderingErrorKind, string>;

/** Errors of the renderer as those of the platform. */
async function mapped<Result>(render: () => Promise<Result>): Promise<Result> {
  try {
    return await render();
  } catch (error) {
    if (!(error instanceof RenderingError)) throw error;
    throw new VegaError(CODES[error.kind], error.message, [], error);
  }
}
