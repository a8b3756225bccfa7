import type { Json, JsonObject } from "@vega/contracts";
import { toNoted, toStored } from "./request.ts";

/** A message in normal form: equivalent messages are equal. */
export interface Comparable {
  readonly role: string;
  readonly text: string;
  /** Everything but the text. */
  readonly rest: string;
  /** The same message with notes in place of its files, as older versions stored them. */
  readonly noted?: Comparable;
}

/**
 * Normalizes differences between clients: texts as parts, surrounding white space, empty or missing texts, the JSON of
 * arguments, members that are not stored.
 */
export function comparable(message: JsonObject): Comparable {
  const { role, content, tool_calls, tool_call_id } = toStored(message);
  const isText = Array.isArray(content) && content.every(({ type }) => type === "text");
  const body = isText ? content.map(({ text }) => text as string).join("") : (content ?? "");
  const calls = (tool_calls ?? []).map(({ id, function: called }) => {
    const { name, arguments: given } = (called ?? {}) as JsonObject;
    return [
      id ?? null,
      name ?? null,
      typeof given === "string" ? normalized(given) : (given ?? null),
    ];
  });
  const isPlain = typeof body === "string";
  const noted = toNoted(message);
  return {
    ...(noted && { noted: comparable(noted) }),
    role,
    text: isPlain ? body.replaceAll("\r\n", "\n").trim() : "",
    rest: JSON.stringify(sorted([calls, tool_call_id ?? null, isPlain ? null : body])),
  };
}

/**
 * Whether two messages are equivalent. Of an interrupted completion the client may have received less text than is
 * stored, or more.
 */
export function isSame(stored: Comparable & { isPartial: boolean }, given: Comparable): boolean {
  if (given.noted && isSame(stored, given.noted)) return true;
  if (stored.role !== given.role) return false;
  if (stored.rest !== given.rest) return false;
  if (stored.text === given.text) return true;
  if (!stored.isPartial || stored.text === "" || given.text === "") return false;
  return stored.text.startsWith(given.text) || given.text.startsWith(stored.text);
}

/** Text that is not JSON, or nested too deeply, is compared verbatim. */
function normalized(text: string): string {
  try {
    return JSON.stringify(sorted(JSON.parse(text)));
  } catch {
    return text;
  }
}

/** With the members of objects sorted. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}
