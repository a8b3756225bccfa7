import type { Asset, AssetVersion, JsonObject } from "@vega/contracts";
import { isText, VegaError } from "@vega/contracts";
import type { BlobClient } from "@vega/messaging";
import type { DisabledModules } from "../chat/disabled-modules.ts";
import { guardHistory } from "../guard/guard.ts";
import { hasLibraryPart, isLibraryPart, libraryPartSchema } from "./parts.ts";
import type { PdfReader } from "./pdf-text.ts";
import { PdfError } from "./pdf-text.ts";

/** Largest picture that goes to a model as it is; a larger one goes as its thumbnail. */
const MAX_IMAGE_BYTES = 4 * 1024 * 1024;
const MAX_SOUND_BYTES = 16 * 1024 * 1024;
const MAX_PDF_BYTES = 32 * 1024 * 1024;
/** Longest text of all library files of a prompt, characters. */
const MAX_TEXT = 256 * 1024;

/** Kinds that the APIs of models take. */
const IMAGES: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/webp", "image/gif"]);
const SOUNDS: Readonly<Record<string, string>> = { "audio/wav": "wav", "audio/mpeg": "mp3" };

export interface LibraryAccess {
  /** A file that the caller sees. Throws VegaError `not_found`. */
  readonly find: (
    id: string,
    version: number | undefined,
  ) => Promise<{ readonly asset: Asset; readonly content: AssetVersion }>;
  readonly blobs: Pick<BlobClient, "read">;
  readonly pdf: PdfReader;
}

/** Characters of library texts in a prompt: a quarter of the model's window, at two characters a token. */
export const libraryText = (contextWindow: number): number =>
  Math.min(MAX_TEXT, Math.floor(contextWindow / 2));

/**
 * Messages for a model with the library files that they name: pictures and sounds as parts, texts and the text of PDFs as
 * text. Throws VegaError `invalid` where a message of `fresh` names a file that the caller does not see, or of a kind that
 * models do not take; in older messages a note takes its place.
 * @param textLimit characters of all texts together
 */
export async function withLibrary(
  messages: readonly JsonObject[],
  fresh: ReadonlySet<JsonObject>,
  disabled: DisabledModules,
  textLimit: number,
  access: LibraryAccess,
): Promise<readonly JsonObject[]> {
  const result = [...messages];
  let left = textLimit;
  // The newest first: they get their whole text.
  for (let at = result.length - 1; at >= 0; at -= 1) {
    const message = result[at];
    if (!message || !hasLibraryPart(message)) continue;
    const content: JsonObject[] = [];
    for (const part of message["content"] as JsonObject[]) {
      const shown = isLibraryPart(part) ? await shownPart(part, left, access, fresh) : part;
      if (shown !== part && typeof shown["text"] === "string") left -= shown["text"].length;
      content.push(shown);
    }
    // Secrets in files are left out as those of the conversation are, and pictures while the module vision is off.
    const [clean] = guardHistory([{ ...message, content }], disabled).messages;
    result[at] = clean ?? message;
  }
  return result;
}

async function shownPart(
  part: JsonObject,
  textLimit: number,
  access: LibraryAccess,
  fresh: ReadonlySet<JsonObject>,
): Promise<JsonObject> {
  const { id, version } = libraryPartSchema.parse(part).vega_library;
  try {
    const { asset, content } = await access.find(id, version);
    return await partOf(asset, content, textLimit, access);
  } catch (error) {
    const why = reasonOf(error);
    if (why === undefined) throw error;
    if (fresh.has(part)) throw new VegaError("invalid", `vega_library ${id}: ${why}`, [], error);
    return noteOf(`file ${id}`, why);
  }
}

/** Why a file can't be shown; undefined for another error. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof PdfError) return `the text of the PDF can't be read: ${error.message}`;
  if (!(error instanceof VegaError)) return undefined;
  if (error.code === "not_found") return "there is no such file that you may see";
  return error.code === "unsupported_media_type" ? error.message : undefined;
}

async function partOf(
  { name }: Asset,
  { sha256, bytes, media_type, thumbnails }: AssetVersion,
  textLimit: number,
  { blobs, pdf }: LibraryAccess,
): Promise<JsonObject> {
  const thumbnail = thumbnails.at(-1);
  if (IMAGES.has(media_type) && bytes <= MAX_IMAGE_BYTES)
    return imagePart(media_type, await readWhole(blobs, sha256));
  if (thumbnail) return imagePart("image/webp", await readWhole(blobs, thumbnail.sha256));
  const format = SOUNDS[media_type];
  if (format !== undefined && bytes <= MAX_SOUND_BYTES) {
    const data = (await readWhole(blobs, sha256)).toString("base64");
    return { type: "input_audio", input_audio: { data, format } };
  }
  if (isText(media_type)) {
    // A character has four bytes at most.
    const start = await readWhole(blobs, sha256, textLimit * 4 + 4);
    return textPart(name, media_type, new TextDecoder().decode(start), textLimit, bytes);
  }
  if (media_type === "application/pdf" && bytes <= MAX_PDF_BYTES) {
    const text = await pdf.read(await readWhole(blobs, sha256), textLimit + 1);
    if (text.trim() === "") return noteOf(name, "the PDF has no text, only pictures");
    return textPart(name, media_type, text, textLimit, text.length);
  }
  throw new VegaError(
    "unsupported_media_type",
    `${name} (${media_type}, ${bytes} bytes) has no form for models; pictures, WAV, MP3, texts and PDF have`,
  );
}

const imagePart = (type: string, bytes: Buffer): JsonObject => ({
  type: "image_url",
  image_url: { url: `data:${type};base64,${bytes.toString("base64")}` },
});

function textPart(
  name: string,
  type: string,
  whole: string,
  limit: number,
  size: number,
): JsonObject {
  const isCut = whole.length > limit || size > limit * 4 + 4;
  // Not in the middle of a surrogate pair.
  const text = whole.slice(0, Math.max(0, limit)).toWellFormed();
  const end = isCut ? `\n[cut after ${text.length} characters]` : "";
  return { type: "text", text: `File ${JSON.stringify(name)} (${type}):\n${text}${end}` };
}

const noteOf = (what: string, why: string): JsonObject => ({
  type: "text",
  text: `[${what}: ${why}]`,
});

async function readWhole(
  blobs: Pick<BlobClient, "read">,
  sha256: string,
  most = Number.POSITIVE_INFINITY,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of blobs.read(sha256, { start: 0, end: most })) chunks.push(chunk);
  return Buffer.concat(chunks);
}
