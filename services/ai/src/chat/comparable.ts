import type { Json, JsonObject } from "@vega/contracts";
import { toStored } from "./request.ts";

/** A message in a form in which two that mean the same are equal. */
export interface Comparable {
  readonly role: string;
  readonly text: string;
  /** All but the text. */
  readonly rest: string;
}

/**
 * Without what clients write in different ways: texts as parts, white space around them, an empty text or none, the JSON
 * of arguments, members that are not stored.
 */
export function comparable(message: JsonObject): Comparable {
  const { role, content, tool_calls, tool_call_id } = toStored(message);
  const isText = Array.isArray(content) && content.every(({ type }) => type === "text");
  const said = isText ? content.map(({ text }) => text as string).join("") : (content ?? "");
  const calls = (tool_calls ?? []).map(({ id, function: called }) => {
    const { name, arguments: given } = (called ?? {}) as JsonObject;
    return [
      id ?? null,
      name ?? null,
      typeof given === "string" ? normalized(given) : (given ?? null),
    ];
  });
  const isPlain = typeof said === "string";
  return {
    role,
    text: isPlain ? said.replaceAll("\r\n", "\n").trim() : "",
    rest: JSON.stringify(sorted([calls, tool_call_id ?? null, isPlain ? null : said])),
  };
}

/**
 * Whether two messages mean the same. Of an answer that broke off the client may have received less than what is
 * stored, or more.
 */
export function isSame(stored: Comparable & { isPartial: boolean }, given: Comparable): boolean {
  if (stored.role !== given.role) return false;
  if (stored.rest !== given.rest) return false;
  if (stored.text === given.text) return true;
  if (!stored.isPartial || stored.text === "" || given.text === "") return false;
  return stored.text.startsWith(given.text) || given.text.startsWith(stored.text);
}

/** Text that is no JSON, or nested too deeply to go through, is compared as it is. */
function normalized(text: string): string {
  try {
    return JSON.stringify(sorted(JSON.parse(text)));
  } catch {
    return text;
  }
}

/** With the members of objects in one order. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}
