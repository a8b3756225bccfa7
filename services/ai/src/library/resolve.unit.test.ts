import type { Asset, AssetVersion, JsonObject } from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import { describe, expect, test } from "vitest";
import { partsOf } from "../chat/part-blobs.ts";
import type { LibraryAccess } from "./resolve.ts";
import { libraryText, withLibrary } from "./resolve.ts";
import { PdfError } from "./pdf-text.ts";

const ID = "6b1f6f0a-3c1e-4a5e-9d53-2f4a1f0f9a11";
const LOST = "7b1f6f0a-3c1e-4a5e-9d53-2f4a1f0f9a11";
const part = (id = ID) => ({ type: "vega_library", vega_library: { id } });
const say = (...content: JsonObject[]): JsonObject => ({ role: "user", content });
const NONE: ReadonlySet<string> = new Set();

interface File {
  readonly type: string;
  readonly text: string;
  readonly bytes?: number;
  readonly thumbnail?: string;
}

/** A library of one file. */
const accessTo = ({ type, text, bytes = text.length, thumbnail }: File): LibraryAccess => ({
  find: async (id) => {
    if (id !== ID) throw new VegaError("not_found", "no such file");
    const thumbnails = thumbnail === undefined ? [] : [{ width: 960, sha256: "t", bytes: 1 }];
    const content = { sha256: "c", media_type: type, bytes, thumbnails };
    return { asset: { name: "a.file" } as Asset, content: content as unknown as AssetVersion };
  },
  blobs: {
    async *read(sha256, range) {
      yield Buffer.from(sha256 === "t" ? (thumbnail ?? "") : text).subarray(0, range?.end);
    },
  },
  pdf: {
    read: async (content, most) => {
      if (content.length === 0) throw new PdfError("it is damaged");
      return Buffer.from(content).toString().slice(0, most);
    },
  },
});

async function shown(file: File, limit = 1_000, disabled = NONE): Promise<JsonObject | undefined> {
  const message = say({ type: "text", text: "look" }, part());
  const fresh = new Set(partsOf([message]));
  const [seen] = await withLibrary([message], fresh, disabled, limit, accessTo(file));
  return partsOf([seen ?? {}])[1];
}

const base64 = (text: string) => Buffer.from(text).toString("base64");
const image = (type: string, text: string) => ({
  type: "image_url",
  image_url: { url: `data:${type};base64,${base64(text)}` },
});

describe("a file of the library", () => {
  test.each<[string, File, JsonObject]>([
    ["a picture", { type: "image/png", text: "pixels" }, image("image/png", "pixels")],
    [
      "a large picture",
      { type: "image/png", text: "p", bytes: 5_000_000, thumbnail: "small" },
      image("image/webp", "small"),
    ],
    [
      "a picture of a kind that models do not take",
      { type: "image/avif", text: "p", thumbnail: "small" },
      image("image/webp", "small"),
    ],
    [
      "a sound",
      { type: "audio/mpeg", text: "la" },
      { type: "input_audio", input_audio: { data: base64("la"), format: "mp3" } },
    ],
    [
      "a text",
      { type: "text/markdown", text: "# Æ ∞" },
      { type: "text", text: 'File "a.file" (text/markdown):\n# Æ ∞' },
    ],
    [
      "a PDF",
      { type: "application/pdf", text: "its text" },
      { type: "text", text: 'File "a.file" (application/pdf):\nits text' },
    ],
    [
      "a scanned PDF",
      { type: "application/pdf", text: " \n" },
      { type: "text", text: "[a.file: the PDF has no text, only pictures]" },
    ],
  ])("%s goes to the model in a form that it takes", async (_, file, expected) => {
    expect(await shown(file)).toEqual(expected);
  });

  test("a long text is cut at the limit, and says so", async () => {
    for (const type of ["text/plain", "application/pdf"]) {
      const cut = await shown({ type, text: "x".repeat(50_000) }, 100);
      expect(cut?.["text"]).toBe(
        `File "a.file" (${type}):\n${"x".repeat(100)}\n[cut after 100 characters]`,
      );
    }
    expect([libraryText(32_768), libraryText(1_000_000)]).toEqual([16_384, 262_144]);
  });

  test("of a new message has to be there, of a kind for models, and readable", async () => {
    await expect(shown({ type: "video/mp4", text: "v" })).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("has no form for models"),
    });
    await expect(shown({ type: "application/pdf", text: "" })).rejects.toThrow("it is damaged");
    const message = say(part(LOST));
    const access = accessTo({ type: "text/plain", text: "x" });
    const see = (fresh: readonly JsonObject[]) =>
      withLibrary([message], new Set(partsOf(fresh)), NONE, 100, access);
    await expect(see([message])).rejects.toThrow("no such file that you may see");
    expect(await see([])).toEqual([
      say({ type: "text", text: `[file ${LOST}: there is no such file that you may see]` }),
    ]);
  });

  test("passes the guard: no secrets, and no pictures while vision is off", async () => {
    const secret = `sk-ant-api03-${"aB3".repeat(31)}-AA`;
    const text = await shown({ type: "text/plain", text: `key: ${secret}` });
    expect(JSON.stringify(text)).not.toContain(secret);
    const seen = await shown({ type: "image/png", text: "p" }, 100, new Set(["vision"]));
    expect(seen?.["type"]).toBe("text");
  });
});
