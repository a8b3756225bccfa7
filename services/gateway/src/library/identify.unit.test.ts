import { describe, expect, test } from "vitest";
import {
  BMP,
  EXE,
  GIF,
  inPieces,
  JPEG_START,
  MP3,
  MP4,
  PDF,
  PNG,
  readAll,
  WAV,
  WEBP,
  ZIP,
} from "../testing/files.ts";
import { identify } from "./identify.ts";

const OCTETS = "application/octet-stream";
const text = (content: string) => Buffer.from(content);
const followed = (...parts: Buffer[]) => Buffer.concat(parts);

/** The kind of a file that passes, whole and byte by byte. */
async function kindOf(bytes: Buffer, declared = OCTETS, name = "file"): Promise<string> {
  const whole = await identify(inPieces(bytes), { declared, name });
  expect((await readAll(whole.bytes)).equals(bytes)).toBe(true);
  const pieces = await identify(inPieces(bytes, 7), { declared, name });
  expect((await readAll(pieces.bytes)).equals(bytes)).toBe(true);
  expect(pieces.mediaType).toBe(whole.mediaType);
  return whole.mediaType;
}

/** Code and message of a refusal, which come at the start or while reading. */
async function refusalOf(bytes: Buffer, declared = OCTETS, name = "file", size = bytes.length) {
  try {
    await readAll((await identify(inPieces(bytes, size), { declared, name })).bytes);
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
  throw new Error("the file was accepted");
}

test.each<[string, Buffer, string]>([
  ["image/png", PNG, "image/png"],
  ["image/gif", GIF, "image/gif"],
  ["image/webp", WEBP, "image/webp"],
  ["image/jpeg", JPEG_START, "image/jpg"],
  ["application/pdf", PDF, "application/pdf"],
  ["audio/wav", WAV, "audio/x-wav"],
  ["audio/mpeg", MP3, "audio/mp3"],
  ["video/mp4", MP4, "video/mp4; codecs=avc1"],
  ["text/plain", text("Æ ∞ ß"), "text/plain;charset=UTF-8"],
])("%s is known by its content and by its names", async (kind, bytes, declared) => {
  expect(await kindOf(bytes)).toBe(kind);
  expect(await kindOf(bytes, "")).toBe(kind);
  expect(await kindOf(bytes, declared)).toBe(kind);
});

test.each<[string, string, string, string]>([
  ["# Ravens", OCTETS, "a.md", "text/markdown"],
  ["a,b", OCTETS, "A.CSV", "text/csv"],
  ["{}", OCTETS, "a.json", "application/json"],
  ["{}", "application/json", "a.txt", "application/json"],
  ["let a = 1;", "text/x-typescript", "a.ts", "text/plain"],
  ["<!doctype html><p>a", OCTETS, "a.html", "text/html"],
  ["<!doctype html><p>a", "text/plain", "a.html", "text/plain"],
  ['<?xml version="1.0"?><svg xmlns="a"/>', "image/svg+xml", "a", "image/svg+xml"],
  ["BMW is a maker of cars", OCTETS, "a.txt", "text/plain"],
  ["\u001b[31mred\u001b[0m", "text/plain", "a.log", "text/plain"],
])("the text %j, declared as %s with the name %s, is %s", async (content, declared, name, kind) => {
  expect(await kindOf(text(content), declared, name)).toBe(kind);
});

describe("a file is refused by name:", () => {
  test.each<[string, Buffer, string, string]>([
    ["no bytes", text(""), OCTETS, "invalid: the file is empty: it has 0 bytes"],
    [
      "another kind",
      PNG,
      "image/jpeg",
      "the file is image/png, but its declared type is image/jpeg",
    ],
    [
      "a picture as text",
      PNG,
      "text/plain",
      "the file is image/png, but its declared type is text/plain",
    ],
    [
      "text as a picture",
      text("hello"),
      "image/png",
      "the file is text, but its declared type is image/png",
    ],
    ["a script as SVG", text("alert(1)"), "image/svg+xml", "no <svg> element"],
    ["a kind that is not listed", BMP, OCTETS, "the file is image/bmp; allowed: image/jpeg"],
    ["a program", EXE, OCTETS, "the file is application/"],
    ["an archive", ZIP, OCTETS, "the file is application/zip"],
    ["noise", Buffer.from([0, 1, 2, 3, 250]), OCTETS, "the file is of no known kind"],
    ["Latin-1", Buffer.from([72, 228, 104]), "text/plain", "the file is of no known kind"],
    ["UTF-16", Buffer.from("\ufeffab", "utf16le"), "text/plain", "unsupported_media_type"],
    ["text with NUL", text("a\0b"), "text/plain", "the file is of no known kind"],
  ])("%s", async (_name, bytes, declared, reason) => {
    expect(await refusalOf(bytes, declared)).toContain(reason);
  });

  test("text that turns out to be none after its start", async () => {
    const start = Buffer.alloc(10_000, "a");
    const broken = followed(start, Buffer.from([0xc3, 0x28]));
    expect(await refusalOf(broken, "text/plain")).toContain("not valid UTF-8");
    const cut = followed(start, Buffer.from([0xc3]));
    expect(await refusalOf(cut, "text/plain")).toContain("not valid UTF-8");
    expect(await refusalOf(followed(start, text("\0")), "text/plain")).toContain(
      "control characters",
    );
  });

  test.each<[string, Buffer, string]>([
    ["PNG + ZIP", followed(PNG, ZIP), "image/png and a ZIP archive"],
    [
      "PNG + ZIP with a comment",
      followed(PNG, latin1(`PK\x05\x06${"\0".repeat(16)}\x03\0abc`)),
      "a ZIP archive",
    ],
    [
      "GIF + JAR with padding",
      followed(GIF, latin1("PK\x01\x02"), ZIP, latin1("\0\0")),
      "a ZIP archive",
    ],
    ["PDF + ZIP", followed(PDF, ZIP), "application/pdf and a ZIP archive"],
    ["PNG + PDF", followed(PNG, PDF), "image/png and a PDF"],
    ["GIF + page", followed(GIF, text("<HTML><script>alert(1)</script>")), "a page or a script"],
    ["PNG + PHP", followed(PNG, text("<?php system($_GET[0]);")), "a page or a script"],
    ["GIF + JavaScript", latin1("GIF89a/*\0\0\0\0*/=1;alert(1)"), "image/gif and a script"],
    ["PNG + RAR", followed(PNG, latin1("Rar!\x1a\x07\x01\0")), "a RAR archive"],
    ["MP3 + 7z", followed(MP3, latin1("7z\xbc\xaf\x27\x1c\0\x04")), "audio/mpeg and a 7z archive"],
  ])("%s at the same time", async (_name, bytes, reason) => {
    expect(await refusalOf(bytes)).toContain(reason);
    // Wherever the chunks end.
    expect(await refusalOf(bytes, OCTETS, "file", 5)).toContain(reason);
  });

  test("a ZIP archive behind a long picture, whose directory lies across chunks", async () => {
    const bytes = followed(PNG, Buffer.alloc(200_000), ZIP);
    expect(await refusalOf(bytes, OCTETS, "file", 65_536)).toContain("a ZIP archive");
  });
});

const latin1 = (content: string) => Buffer.from(content, "latin1");

test("pages in text, and in the description of a PDF, are no second kind", async () => {
  expect(await kindOf(text("<script>alert(1)</script>"), "text/markdown")).toBe("text/markdown");
  expect(await kindOf(followed(PDF, text("<html>")))).toBe("application/pdf");
});
