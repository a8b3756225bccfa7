import type { JsonObject } from "@vega/contracts";
import { ModelError } from "../models/language-model.ts";

/** Throws ModelError `broken_stream` if the text is not a JSON object; without the text, which may quote a prompt. */
export function parseObject(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (!isObject(value)) throw malformed();
  return value;
}

export const malformed = (): ModelError =>
  new ModelError("broken_stream", "the provider sent a malformed chunk");

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
