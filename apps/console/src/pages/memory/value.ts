import type { Json } from "@vega/contracts";

/** A typed text as a value: JSON where it is JSON, otherwise the text itself. */
export function valueOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** A value as it is typed: text without quotes, unless it would be read as something else. */
export function textOf(value: Json): string {
  if (typeof value === "string" && valueOf(value) === value) return value;
  return JSON.stringify(value, null, 2);
}
