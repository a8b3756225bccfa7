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

/** Markup that a browser or a server would run. */
const MARKUP = /<(?:script|html|iframe|\?php|!doctype\s+html)/i;
/** Longest match that may lie across two chunks. */
const OVERLAP = 64;

/** Signatures that their programs find anywhere in a file: RAR, 7z. */
const ARCHIVES: readonly (readonly [string, string])[] = [
  ["Rar!\x1a\x07", "a RAR archive"],
  ["7z\xbc\xaf\x27\x1c", "a 7z archive"],
];

/** Readers of PDF accept its header in this many bytes. */
const PDF_HEAD = 1_024;
/** Readers of ZIP look for its directory in this many bytes at the end. */
const ZIP_TAIL = 65_535 + 22;
const ZIP_END = "PK\x05\x06";
const ZIP_ENTRY = "PK\x01\x02";

/** Refuses a file that programs could also read as another kind. */
function polyglotCheck(type: MediaType): ContentCheck {
  let passed = 0;
  let tail = Buffer.alloc(0);

  const scan = (window: Buffer) => {
    // One character for each byte.
    const text = window.toString("latin1");
    const found = ARCHIVES.find(([signature]) => text.includes(signature));
    if (found) throw twoKinds(type, found[1]);
    if (isRasterImage(type) && MARKUP.test(text)) throw twoKinds(type, "a page or a script");
    return text;
  };

  return {
    chunk(bytes) {
      const added = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const window = Buffer.concat([tail.subarray(-OVERLAP), added]);
      const text = scan(window);
      if (passed === 0) {
        const head = text.slice(0, PDF_HEAD);
        if (type !== "application/pdf" && head.includes("%PDF-")) throw twoKinds(type, "a PDF");
        if (/^GIF8[79]a\/\*/.test(head)) throw twoKinds(type, "a script");
      }
      passed += bytes.byteLength;
      // A copy: the chunk may be reused.
      tail = Buffer.concat([tail, added].map((one) => one.subarray(-ZIP_TAIL))).subarray(-ZIP_TAIL);
    },
    end() {
      const text = tail.toString("latin1");
      if (text.includes(ZIP_END) && (text.includes(ZIP_ENTRY) || endsAsZip(tail, text))) {
        throw twoKinds(type, "a ZIP archive");
      }
    },
  };
}

/** Whether the comment of a ZIP directory reaches exactly to the end of the file. */
function endsAsZip(tail: Buffer, text: string): boolean {
  const at = text.lastIndexOf(ZIP_END);
  return at + 22 <= tail.length && at + 22 + tail.readUInt16LE(at + 20) === tail.length;
}

const twoKinds = (type: MediaType, other: string) =>
  unsupported(`the file is ${type} and ${other} at the same time`);
