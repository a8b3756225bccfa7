import type { Json, JsonObject } from "@vega/contracts";
import { ModelError } from "../models/language-model.ts";
import { isObject } from "./json.ts";

/*
 * Checks the response of POST /v1/embeddings against the request: SDKs decode by the requested encoding and pair vectors
 * with inputs by position, so a deviation would yield wrong vectors without an error.
 * Source: https://platform.openai.com/docs/api-reference/embeddings/create
 */

const FLOAT_BYTES = 4;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * The response with one vector for each input, in the order of the inputs and in the encoding of the request. Throws
 * ModelError `broken_stream` where the provider's response does not allow that.
 */
export function readEmbeddings(request: JsonObject, response: JsonObject): JsonObject {
  const { data } = response;
  if (!Array.isArray(data) || !data.every(isObject)) {
    throw broken("the response has no list of embeddings");
  }
  const expected = inputsIn(request.input);
  if (expected !== undefined && data.length !== expected) {
    throw broken(`${data.length} embeddings came for ${expected} inputs`);
  }
  const items = inOrder(data);
  const convert = converterFor(request);
  return {
    object: "list",
    ...response,
    data: items.map((item, index) =>
      Object.assign({ object: "embedding" }, item, { index, embedding: convert(item.embedding) }),
    ),
  };
}

const broken = (message: string) =>
  new ModelError("broken_stream", `the provider sent malformed embeddings: ${message}`);

/** Number of inputs: a text, a list of texts, the tokens of a text, or a list of those; undefined: unknown. */
function inputsIn(input: Json | undefined): number | undefined {
  if (typeof input === "string") return 1;
  if (!Array.isArray(input)) return undefined;
  return input.length > 0 && input.every((one) => typeof one === "number") ? 1 : input.length;
}

/** Sorted by index; unchanged where no item has an index. */
function inOrder(items: readonly JsonObject[]): readonly JsonObject[] {
  if (items.every(({ index }) => index === undefined || index === null)) return items;
  const byIndex = new Map(items.map((item) => [item.index, item]));
  return items.map((_, index) => {
    const item = byIndex.get(index);
    if (!item) throw broken(`none of ${items.length} embeddings has the index ${index}`);
    return item;
  });
}

/** Converts vectors to the requested encoding and refuses those of another length. */
function converterFor(request: JsonObject): (embedding: Json | undefined) => Json {
  const { encoding_format: format, output_dtype: type, dimensions } = request;
  // Extensions of some providers, such as binary vectors, are passed through.
  const isFloat32 = ["float", undefined, null].includes(type as string | null | undefined);
  if (!isFloat32 || !["float", "base64", undefined, null].includes(format as string)) {
    return (embedding) => embedding ?? null;
  }
  const isBase64 = format === "base64";
  let length = typeof dimensions === "number" ? dimensions : undefined;
  return (embedding) => {
    const isText = typeof embedding === "string";
    const vector = isText ? decode(embedding) : embedding;
    if (!Array.isArray(vector) || vector.length === 0 || !vector.every(isFloat)) {
      throw broken("a vector is not a list of finite numbers");
    }
    length ??= vector.length;
    if (vector.length !== length) {
      const why = typeof dimensions === "number" ? "the request asks for" : "others have";
      throw broken(`a vector has ${vector.length} dimensions, ${why} ${length}`);
    }
    if (isText === isBase64) return embedding as Json;
    return isBase64 ? encode(vector) : vector;
  };
}

/** JSON has no infinity, and a number may be too large for 32 bits. */
const isFloat = (value: Json): value is number =>
  typeof value === "number" && Number.isFinite(Math.fround(value));

/** Undefined where the text is not base64 of whole floats. */
function decode(text: string): number[] | undefined {
  if (!BASE64.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64");
  if (bytes.length % FLOAT_BYTES !== 0) return undefined;
  const count = bytes.length / FLOAT_BYTES;
  return Array.from({ length: count }, (_, at) => bytes.readFloatLE(at * FLOAT_BYTES));
}

function encode(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * FLOAT_BYTES);
  for (const [at, value] of vector.entries()) bytes.writeFloatLE(value, at * FLOAT_BYTES);
  return bytes.toString("base64");
}
