import type { MediaType } from "@vega/contracts";
import { isText, MEDIA_TYPES, VegaError } from "@vega/contracts";
import { extname } from "node:path";

/** Bytes at the start of a file that decide about its kind. */
export const HEAD_BYTES = 4_100;

const KNOWN: ReadonlySet<string> = new Set(MEDIA_TYPES);

/** Other names of the same kinds. */
const ALIASES: Readonly<Record<string, MediaType>> = {
  "image/jpg": "image/jpeg",
  "image/pjpeg": "image/jpeg",
  "image/apng": "image/png",
  "image/x-png": "image/png",
  "audio/mp3": "audio/mpeg",
  "audio/x-wav": "audio/wav",
  "audio/wave": "audio/wav",
  "audio/vnd.wave": "audio/wav",
  "audio/opus": "audio/ogg",
  "audio/x-flac": "audio/flac",
  "audio/m4a": "audio/mp4",
  "audio/x-m4a": "audio/mp4",
  "application/x-pdf": "application/pdf",
  "text/x-markdown": "text/markdown",
  "text/json": "application/json",
};

/** Declarations that say nothing. */
const UNSAID = new Set(["", "application/octet-stream", "binary/octet-stream"]);

const BY_EXTENSION: Readonly<Record<string, MediaType>> = {
  ".md": "text/markdown",
  ".markdown": "text/markdown",
  ".csv": "text/csv",
  ".json": "application/json",
  ".html": "text/html",
  ".htm": "text/html",
  ".svg": "image/svg+xml",
};

/** The start of a file, and what its sender says about it. */
export interface Described {
  readonly head: Uint8Array;
  /** The Content-Type of the sender. */
  readonly declared: string;
  readonly name: string;
}

/** The kind that the bytes have, as a library for signatures tells it; undefined: none that it knows. */
type DetectType = (head: Uint8Array) => Promise<{ readonly mime: string } | undefined>;

const detectType: DetectType = async (head) => {
  // Loaded with the first upload.
  const { fileTypeFromBuffer } = await import("file-type");
  return fileTypeFromBuffer(head);
};

/** The kind of a file by its content. Throws VegaError `unsupported_media_type`. */
export async function mediaTypeOf(file: Described): Promise<MediaType> {
  const declared = essenceOf(file.declared);
  const detected = essenceOf((await detectType(file.head))?.mime ?? "");
  if (isKnown(detected)) {
    if (UNSAID.has(declared) || declared === detected) return detected;
    throw unsupported(`the file is ${detected}, but its declared type is ${declared}`);
  }
  // Signatures of two bytes also occur in texts.
  if (startsAsText(file.head)) return textTypeOf(file, declared);
  throw unsupported(
    `${detected === "" ? "the file is of no known kind" : `the file is ${detected}`}; allowed: ${MEDIA_TYPES.join(", ")}`,
  );
}

const isKnown = (type: string): type is MediaType => KNOWN.has(type);

/** Lower-case type without parameters, under the name that this module uses. */
function essenceOf(type: string): string {
  const [essence = ""] = type.split(";", 1);
  const name = essence.trim().toLowerCase();
  return ALIASES[name] ?? name;
}

/** A text is what its sender says; the name helps where the sender says nothing. */
function textTypeOf({ head, name }: Described, declared: string): MediaType {
  const said = UNSAID.has(declared) ? BY_EXTENSION[extname(name).toLowerCase()] : declared;
  if (said === undefined) return "text/plain";
  if (said === "image/svg+xml" && !/<svg[\s>]/i.test(Buffer.from(head).toString("latin1"))) {
    throw unsupported("the file is declared as SVG, but has no <svg> element at its start");
  }
  if (isKnown(said) && isText(said)) return said;
  // Source code and the like.
  if (said.startsWith("text/")) return "text/plain";
  throw unsupported(`the file is text, but its declared type is ${said}`);
}

/** Whether bytes are UTF-8 without control characters; the last character may be cut. */
function startsAsText(head: Uint8Array): boolean {
  try {
    return isReadable(new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true }));
  } catch {
    return false;
  }
}

// Control characters other than tab, line breaks, form feed, and the escape of terminal colours.
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b\u000e-\u001a\u001c-\u001f\u007f]/;

/** Whether a text has no control characters that texts do not have. */
export const isReadable = (text: string): boolean => !CONTROL.test(text);

export const unsupported = (reason: string): VegaError =>
  new VegaError("unsupported_media_type", reason);
