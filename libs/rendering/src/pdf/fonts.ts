import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Font } from "./display-list.ts";

const FILES: Readonly<Record<Font, string>> = {
  regular: "DejaVuSans.ttf",
  bold: "DejaVuSans-Bold.ttf",
  italic: "DejaVuSans-Oblique.ttf",
  boldItalic: "DejaVuSans-BoldOblique.ttf",
  mono: "DejaVuSansMono.ttf",
};

const folder = dirname(createRequire(import.meta.url).resolve("dejavu-fonts-ttf/package.json"));

/** DejaVu, which has Latin, Greek, Cyrillic and mathematical signs, without its shaping tables. */
export const readFont = (font: Font): Uint8Array =>
  withoutShaping(readFileSync(join(folder, "ttf", FILES[font])));

/** Ligatures and kerning: to apply them takes most of the time of a document. */
const SHAPING = new Set(["GDEF", "GPOS", "GSUB", "kern"]);

const HEADER_BYTES = 12;
const RECORD_BYTES = 16;

/** Hides tables of a TrueType font, by other tags in its directory. */
function withoutShaping(font: Buffer): Buffer {
  const tables = font.readUInt16BE(4);
  for (let at = HEADER_BYTES; at < HEADER_BYTES + tables * RECORD_BYTES; at += RECORD_BYTES) {
    if (SHAPING.has(font.toString("latin1", at, at + 4))) font.write("none", at, "latin1");
  }
  return font;
}
