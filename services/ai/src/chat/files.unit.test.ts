import type { JsonObject, NewMessage } from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { comparable, isSame } from "./comparable.ts";
import { filesOf, storeFiles, withFiles } from "./files.ts";
import { notedPart } from "./part-blobs.ts";
import { fromStored, toStored } from "./request.ts";

const never = new AbortController().signal;
const base64 = (bytes: number) => randomBytes(bytes).toString("base64");
const pictureOf = (data: string) => ({
  type: "image_url",
  image_url: { url: `data:image/png;base64,${data}`, detail: "low" },
});
const say = (...content: JsonObject[]): JsonObject => ({ role: "user", content });

/** State's blobs, in memory. */
function memoryBlobs() {
  const stored = new Map<string, Buffer>();
  return {
    stored,
    async put(source: AsyncIterable<Uint8Array>, { maxBytes }: { maxBytes: number }) {
      const parts: Uint8Array[] = [];
      for await (const part of source) parts.push(part);
      const bytes = Buffer.concat(parts);
      expect(bytes.byteLength).toBe(maxBytes);
      const sha256 = await digest(bytes);
      stored.set(sha256, bytes);
      return { sha256, bytes: bytes.byteLength };
    },
    async *read(sha256: string) {
      const found = stored.get(sha256);
      if (!found) throw new VegaError("not_found", "there is no file");
      yield found.subarray(0, 9);
      yield found.subarray(9);
    },
  };
}
const digest = async (bytes: Buffer) =>
  Buffer.from(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes))).toString("hex");

async function storedOf(...messages: JsonObject[]) {
  const blobs = memoryBlobs();
  const added = messages.map(toStored);
  await storeFiles(blobs, added, messages, new Map(), never);
  return { blobs, added };
}
const shown = (added: readonly NewMessage[]): JsonObject[] => added.map((one) => fromStored(one));

describe("files of a message", () => {
  test.each<[string, JsonObject]>([
    ["a picture", pictureOf(base64(100_000))],
    ["a sound", { type: "input_audio", input_audio: { data: base64(60_000), format: "wav" } }],
    [
      "a document",
      {
        type: "file",
        file: { filename: "a.pdf", file_data: `data:application/pdf;base64,${base64(70_000)}` },
      },
    ],
    ["text that is no base64", { type: "note", note: `ü${"x".repeat(70_000)}` }],
    [
      "a data URL of text",
      { type: "image_url", image_url: { url: `data:text/plain,${"ä".repeat(70_000)}` } },
    ],
    [
      "two values",
      {
        type: "pair",
        one: { data: base64(60_000) },
        two: `data:image/png;base64,${base64(60_001)}`,
      },
    ],
  ])("%s goes to the model as it came", async (_, part) => {
    const message = say({ type: "text", text: "look" }, part);
    const { blobs, added } = await storedOf(message);
    expect(JSON.stringify(added).length).toBeLessThan(2_000);
    expect(await withFiles(blobs, shown(added))).toEqual([message]);
    // What is stored is stored again as it is, and is the same message.
    expect(added.map((one) => toStored(fromStored(one)))).toEqual(added);
    const [one] = shown(added);
    expect(isSame({ ...comparable(one ?? {}), isPartial: false }, comparable(message))).toBe(true);
  });

  test("are stored once, and small ones within the message", async () => {
    const picture = pictureOf(base64(100_000));
    const small = pictureOf(base64(100));
    const { blobs, added } = await storedOf(say(picture), say(picture, small));
    expect(blobs.stored.size).toBe(1);
    expect(added[1]?.content).toEqual([expect.anything(), small]);
    expect([...filesOf(added).values()]).toEqual([100_000]);
  });

  test("of the client's own reference need the conversation to have them", async () => {
    const { blobs, added } = await storedOf(say(pictureOf(base64(100_000))));
    const parts = added.flatMap(({ content }) => content as JsonObject[]);
    const edited = say({ type: "text", text: "else" }, ...parts);
    const reference = [toStored(edited)];
    const store = (there: ReadonlyMap<string, number>) =>
      storeFiles(blobs, reference, [edited], there, never);
    await store(filesOf(added));
    await expect(store(new Map())).rejects.toMatchObject({ code: "invalid" });
    const [sha256 = ""] = filesOf(added).keys();
    await expect(store(new Map([[sha256, 5]]))).rejects.toThrow("send the file itself");
  });

  test("that do not fit, or are lost, are noted; the newest go first", async () => {
    const pictures = [1, 2, 3].map(() => pictureOf(base64(100_000)));
    const { blobs, added } = await storedOf(...pictures.map((one) => say(one)));
    const seen = await withFiles(blobs, shown(added), 200_000);
    expect(seen).toEqual([
      say({
        type: "text",
        text: "[image_url of 100 kB: left out: the prompt has too many files]",
      }),
      say(pictures[1] ?? {}),
      say(pictures[2] ?? {}),
    ]);
    const lost = await withFiles(memoryBlobs(), shown(added));
    expect(lost[2]).toEqual(
      say({ type: "text", text: "[image_url of 100 kB: its file is missing]" }),
    );
  });

  test("that an older version noted are recognized", () => {
    const message = say(pictureOf(base64(100_000)));
    const noted = say(notedPart((message["content"] as JsonObject[])[0] ?? {}));
    expect(isSame({ ...comparable(noted), isPartial: false }, comparable(message))).toBe(true);
    const other = say(pictureOf(base64(200_000)));
    expect(isSame({ ...comparable(noted), isPartial: false }, comparable(other))).toBe(false);
  });
});
