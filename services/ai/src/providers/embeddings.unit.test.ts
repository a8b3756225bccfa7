import type { Json, JsonObject } from "@vega/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ModelError } from "../models/language-model.ts";
import { readEmbeddings } from "./embeddings.ts";

/** Like openai-node 5: by the platform's own floats, which are little-endian here. */
const encoded = (vector: readonly number[]) =>
  Buffer.from(new Float32Array(vector).buffer).toString("base64");
const decoded = (text: Json | undefined) => {
  const bytes = Buffer.from(text as string, "base64");
  return [...new Float32Array(new Uint8Array(bytes).buffer)];
};

const response = (...vectors: Json[]): JsonObject => ({
  model: "m",
  data: vectors.map((embedding, index) => ({ object: "embedding", index, embedding })),
});
const read = (request: JsonObject, ...vectors: Json[]) =>
  vectorsIn(readEmbeddings(request, response(...vectors)));
const vectorsIn = ({ data }: JsonObject) =>
  (data as JsonObject[]).map(({ embedding }) => embedding as Json);

const float = fc.float({ noNaN: true, noDefaultInfinity: true });
const vectors = fc
  .integer({ min: 1, max: 6 })
  .chain((length) =>
    fc.array(fc.array(float, { minLength: length, maxLength: length }), { minLength: 1 }),
  );

test("vectors have the requested encoding, whatever the provider sends", () => {
  fc.assert(
    fc.property(vectors, fc.boolean(), fc.boolean(), (wanted, givesText, asksText) => {
      const input = wanted.map(() => "x");
      const request = { input, ...(asksText && { encoding_format: "base64" }) };
      const given = givesText ? wanted.map(encoded) : wanted;
      const got = read(request, ...given);
      expect(asksText ? got.map(decoded) : got).toEqual(wanted);
    }),
  );
});

test("arrays are the default encoding", () => {
  for (const encoding_format of ["float", null]) {
    expect(read({ input: "x", encoding_format }, encoded([0.5, -2]))).toEqual([[0.5, -2]]);
  }
  const whole = response([0.1, 1e-45]);
  expect(readEmbeddings({ input: "x" }, whole)).toEqual({ object: "list", ...whole });
});

describe("the order is that of the inputs", () => {
  const item = (index: Json, value: number) => ({ index, embedding: [value] });
  const input = ["a", "b", "c"];

  test("by index", () => {
    const data = [item(2, 3), item(0, 1), item(1, 2)];
    const { data: sorted } = readEmbeddings({ input }, { data });
    expect(sorted).toMatchObject([item(0, 1), item(1, 2), item(2, 3)]);
  });

  test("unchanged where there is no index", () => {
    const data: JsonObject[] = [
      { embedding: [1] },
      { index: null, embedding: [2] },
      { embedding: [3] },
    ];
    const { data: counted } = readEmbeddings({ input }, { data });
    expect(counted).toMatchObject([item(0, 1), item(1, 2), item(2, 3)]);
  });

  test.each([
    ["all the same", [0, 0, 0]],
    ["from 1", [1, 2, 3]],
    ["one without", [0, 1, null]],
    ["texts", ["0", "1", "2"]],
  ])("and unusable indexes are refused: %s", (_, indexes: Json[]) => {
    const data = indexes.map((index) => item(index, 1));
    expect(() => readEmbeddings({ input }, { data })).toThrow("has the index");
  });
});

test.each<[string, Json, number]>([
  ["a text", "a", 1],
  ["texts", ["a", "b"], 2],
  ["tokens", [1, 2, 3], 1],
  ["lists of tokens", [[1, 2], [3]], 2],
])("%s have one vector each", (_, input, count) => {
  const many = Array.from({ length: count }, () => [1]);
  expect(read({ input }, ...many)).toEqual(many);
  for (const other of [many.slice(1), [...many, [1]]]) {
    expect(() => read({ input }, ...other)).toThrow(`for ${count} inputs`);
  }
});

test.each<[string, JsonObject, Json[]]>([
  [
    "another number of dimensions than asked for",
    { dimensions: 2 },
    [
      [1, 2, 3],
      [1, 2, 3],
    ],
  ],
  [
    "the same in base64",
    { dimensions: 2, encoding_format: "base64" },
    [encoded([1]), encoded([1])],
  ],
  ["vectors of different lengths", {}, [[1, 2], [1]]],
  ["an empty one", {}, [[], []]],
  [
    "null for a number",
    {},
    [
      [1, null],
      [1, 2],
    ],
  ],
  ["a number too large for 32 bits", {}, [[1e39], [1]]],
  ["a text in an array", {}, [["1"], [1]]],
  ["lists in a list", {}, [[[1]], [[1]]]],
  ["nothing", {}, [null, [1]]],
  ["an object", {}, [{ 0: 1 }, [1]]],
  ["what is not base64", {}, ["[0.5]===", "[0.5]==="]],
  ["base64 of no whole floats", {}, ["AAAA", "AAAA"]],
  ["an empty text", {}, ["", ""]],
  ["base64 of NaN", { encoding_format: "base64" }, [encoded([Number.NaN]), encoded([1])]],
])("malformed vectors are a provider error: %s", (_, request, given) => {
  const reading = () => read({ input: ["a", "b"], ...request }, ...given);
  expect(reading).toThrow(ModelError);
  expect(reading).toThrow(expect.objectContaining({ kind: "broken_stream" }) as Error);
});

test.each<[string, JsonObject]>([
  ["no data", {}],
  ["data that is no list", { data: { 0: {} } }],
  ["data of something else", { data: [[1]] }],
])("a response with %s is a provider error", (_, body) => {
  expect(() => readEmbeddings({ input: "a" }, body)).toThrow("no list of embeddings");
});

test("extensions of some providers are passed through", () => {
  expect(read({ input: "a", output_dtype: "binary" }, "AQ==")).toEqual(["AQ=="]);
  expect(read({ input: "a", encoding_format: "ubinary" }, [300])).toEqual([[300]]);
});
