import type { MediaType } from "@vega/contracts";
import { isRasterImage, isText } from "@vega/contracts";
import { isReadable, unsupported } from "./media-type.ts";

/** Looks at a file while it passes. Throws VegaError `unsupported_media_type`. */
export interface ContentCheck {
  chunk(bytes: Uint8Array): void;
  end(): void;
}

/** The checks that a kind of file has to pass. */
export const checksOf = (type: MediaType): ContentCheck =>
  isText(type) ? textCheck() : polyglotCheck(type);

function textCheck(): ContentCheck {
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  const check = (bytes: Uint8Array | undefined) => {
    let text: string;
    try {
      text = bytes ? utf8.decode(bytes, { stream: true }) : utf8.decode();
    } catch {
      throw unsupported("the file is text, but not valid UTF-8");
    }
    if (!isReadable(text)) throw unsupported("the file is text with control characters");
  };
  return { chunk: check, end: () => check(undefined) };
}

/** Markup that a browser or a server would run, after its `<`. */
const MARKUP = /^(?:script|html|iframe|\?php|!doctype\s+html)/i;
const MARKUP_START = 0x3c;
/** Longest piece of markup or signature that may lie across two chunks. */
const LONGEST = 64;

/** Signatures that their programs find anywhere in a file: RAR, 7z. */
const ARCHIVES = [
  { signature: Buffer.from("Rar!\x1a\x07", "latin1"), kind: "a RAR archive" },
  { signature: Buffer.from("7z\xbc\xaf\x27\x1c", "latin1"), kind: "a 7z archive" },
] as const;

/** Readers of PDF accept its header in this many bytes. */
const PDF_HEAD = 1_024;
/** Readers of ZIP look for its directory in this many bytes at the end. */
const ZIP_TAIL = 65_535 + 22;
const ZIP_END = Buffer.from("PK\x05\x06", "latin1");
const ZIP_ENTRY = Buffer.from("PK\x01\x02", "latin1");

/** Refuses a file that programs could also read as another kind. Copies no chunk: uploads of many MiB pass here. */
function polyglotCheck(type: MediaType): ContentCheck {
  const tail = createTail(ZIP_TAIL);
  let head = Buffer.alloc(0);

  const scan = (bytes: Buffer) => {
    const archive = ARCHIVES.find(({ signature }) => bytes.includes(signature));
    if (archive) throw twoKinds(type, archive.kind);
    if (isRasterImage(type) && hasMarkup(bytes)) throw twoKinds(type, "a page or a script");
  };

  return {
    chunk(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      scan(Buffer.concat([tail.last(LONGEST), bytes.subarray(0, LONGEST)]));
      scan(bytes);
      tail.add(bytes);
      if (head.length >= PDF_HEAD) return;
      head = Buffer.concat([head, bytes.subarray(0, PDF_HEAD - head.length)]);
      if (type !== "application/pdf" && head.includes("%PDF-")) throw twoKinds(type, "a PDF");
      if (/^GIF8[79]a\/\*/.test(head.toString("latin1", 0, 8))) throw twoKinds(type, "a script");
    },
    end() {
      const bytes = tail.last(ZIP_TAIL);
      if (bytes.includes(ZIP_END) && (bytes.includes(ZIP_ENTRY) || endsAsZip(bytes))) {
        throw twoKinds(type, "a ZIP archive");
      }
    },
  };
}

function hasMarkup(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(MARKUP_START); at >= 0; at = bytes.indexOf(MARKUP_START, at + 1)) {
    if (MARKUP.test(bytes.toString("latin1", at + 1, at + LONGEST))) return true;
  }
  return false;
}

/** Whether the comment of a ZIP directory reaches exactly to the end of the file. */
function endsAsZip(tail: Buffer): boolean {
  const at = tail.lastIndexOf(ZIP_END);
  return at + 22 <= tail.length && at + 22 + tail.readUInt16LE(at + 20) === tail.length;
}

/** Keeps the last bytes of what passes. */
function createTail(size: number) {
  const kept = Buffer.alloc(size);
  let filled = 0;
  return {
    /** The last bytes so far, at most this many. */
    last: (count: number): Buffer => kept.subarray(size - Math.min(count, filled)),
    add(bytes: Buffer): void {
      const added = bytes.subarray(-size);
      kept.copyWithin(0, added.length);
      kept.set(added, size - added.length);
      filled = Math.min(size, filled + added.length);
    },
  };
}

const twoKinds = (type: MediaType, other: string) =>
  unsupported(`the file is ${type} and ${other} at the same time`);
