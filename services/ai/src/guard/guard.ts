import type { Json, JsonObject, Prompt } from "@vega/contracts";
import { moduleOff, VegaError } from "@vega/contracts";
import { findInstructions } from "./instructions.ts";
import { findSecret } from "./secrets.ts";
import { mapTexts, textsIn } from "./texts.ts";
import type { RecalledEntry } from "../chat/memory.ts";
import { nameOf } from "../chat/memory.ts";
import type { DisabledModules } from "../chat/disabled-modules.ts";

/*
 * The guard of the modules `safety` and `vision`: a new message with a secret or a picture is refused, one of the history
 * or the memory is left out, and instructions in tool results are flagged.
 */

/** Findings, as `<rule> in <place>`. */
export type Flags = readonly string[];

/**
 * Checks a new request. Throws VegaError `invalid` for a secret, with the rule and the place and never the secret, and
 * `module_off` for a picture while `vision` is disabled.
 * @param first index of the first message in the request
 * @param options other members of the request
 */
export function guardRequest(
  messages: readonly JsonObject[],
  options: JsonObject,
  disabled: DisabledModules,
  first = 0,
): Flags {
  if (disabled.has("vision") && messages.some(hasPicture)) throw moduleOff("vision");
  if (disabled.has("safety")) return [];
  const placed = messages.map((message, at) => [message, `messages.${first + at}`] as const);
  for (const [value, place] of [...placed, [options, ""] as const]) {
    for (const [path, text] of textsIn(value, place)) {
      const rule = findSecret(text);
      if (rule) throw secretFound(rule, path);
    }
  }
  return placed
    .filter(([{ role }]) => role === "tool")
    .flatMap(([message, place]) => instructionsIn(message).map((rule) => `${rule} in ${place}`));
}

/** Messages of a conversation without secrets, and without pictures while `vision` is disabled. */
export function guardHistory(
  messages: readonly JsonObject[],
  disabled: DisabledModules,
): { readonly messages: JsonObject[]; readonly flags: Flags } {
  const flags = new Set<string>();
  const seen = disabled.has("vision") ? messages.map(withoutPictures) : messages;
  if (disabled.has("safety")) return { messages: [...seen], flags: [] };
  const clean = (text: string, key: string): string => {
    const rule = findSecret(text);
    if (!rule) return text;
    flags.add(`${rule} in the conversation`);
    const note = `[left out: possible secret (${rule})]`;
    // Providers parse the arguments of tool calls as JSON.
    return key === "arguments" ? JSON.stringify({ note }) : note;
  };
  const messagesClean = seen.map((message) => mapTexts(message, clean) as JsonObject);
  return { messages: messagesClean, flags: [...flags] };
}

/**
 * Memory entries without those that contain secrets or instructions: a memory may have many writers, and its entries go
 * to the model unread.
 */
export function guardMemory(
  entries: readonly RecalledEntry[],
  disabled: DisabledModules,
): { readonly entries: readonly RecalledEntry[]; readonly flags: Flags } {
  if (disabled.has("safety")) return { entries, flags: [] };
  const flags: string[] = [];
  const kept = entries.filter((entry) => {
    const content = { key: entry.key, value: entry.value };
    const rules = [...secretsIn(content), ...instructionsIn(content)];
    flags.push(...rules.map((rule) => `${rule} in memory ${nameOf(entry)}`));
    return rules.length === 0;
  });
  return { entries: kept, flags };
}

/** Flags are sent in a response header of limited size. */
const MAX_FLAGS = 20;

/** Flags in the form of a stored prompt; absent where there are none. */
export function flagged(flags: Flags): Pick<Prompt, "flags"> {
  if (flags.length === 0) return {};
  const more = flags.length - MAX_FLAGS;
  return { flags: [...flags.slice(0, MAX_FLAGS), ...(more > 0 ? [`${more} more`] : [])] };
}

function secretFound(rule: string, path: string): VegaError {
  const message = `${path} contains a secret (rule ${rule}) and was not sent; remove it, or have an operator disable the module safety`;
  return new VegaError("invalid", message, [{ path, message }]);
}

const valuesOf = (value: Json) => [...textsIn(value, "")].map(([, text]) => text);

const instructionsIn = (value: Json): string[] => [
  ...new Set(valuesOf(value).flatMap((text) => findInstructions(text))),
];

const secretsIn = (value: Json): string[] => [
  ...new Set(valuesOf(value).flatMap((text) => findSecret(text) ?? [])),
];

const PICTURES: ReadonlySet<unknown> = new Set(["image_url", "input_image", "image"]);

const isPicture = (part: Json): boolean =>
  typeof part === "object" &&
  part !== null &&
  !Array.isArray(part) &&
  (PICTURES.has(part.type) ||
    (part.type !== "text" && JSON.stringify(part).includes("data:image/")));

const hasPicture = ({ content }: JsonObject): boolean =>
  Array.isArray(content) && content.some(isPicture);

const PICTURE_NOTE = { type: "text", text: "[picture left out: the module vision is disabled]" };

const withoutPictures = (message: JsonObject): JsonObject =>
  hasPicture(message)
    ? {
        ...message,
        content: (message.content as Json[]).map((part) => (isPicture(part) ? PICTURE_NOTE : part)),
      }
    : message;
