import type { Json, JsonObject, Prompt } from "@vega/contracts";
import { moduleOff, VegaError } from "@vega/contracts";
import { findInstructions } from "./instructions.ts";
import { findSecret } from "./secrets.ts";
import { mapTexts, textsIn } from "./texts.ts";
import type { RecalledEntry } from "../chat/memory.ts";
import { nameOf } from "../chat/memory.ts";
import type { DisabledModules } from "../chat/disabled-modules.ts";

/*
 * What stands between a prompt and the models, as far as the modules `safety` and `vision` are on: what is asked now is
 * refused, what came before or out of the memory is left out, and what tools brought is noted.
 */

/** What was noted, as `<rule> in <place>`. */
export type Flags = readonly string[];

/**
 * Looks at what somebody asks now. Throws VegaError `invalid` for a secret, with the rule and the place and never the
 * secret, and `module_off` for a picture that nobody is to look at.
 * @param first place of the first message in the request
 * @param options what else goes to the provider
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
    .flatMap(([message, place]) => commandsIn(message).map((rule) => `${rule} in ${place}`));
}

/** Messages of a conversation as they may be shown to a model: without secrets, and pictures where `vision` is off. */
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
    const note = `[left out: it looks like a secret (${rule})]`;
    // Providers read the arguments of calls as JSON.
    return key === "arguments" ? JSON.stringify({ note }) : note;
  };
  const messagesClean = seen.map((message) => mapTexts(message, clean) as JsonObject);
  return { messages: messagesClean, flags: [...flags] };
}

/**
 * Entries of the memory as they may be shown to a model. One with a secret is left out, and so is one that gives orders:
 * many may write to a memory, and it is put before the model without its reader having looked at it.
 */
export function guardMemory(
  entries: readonly RecalledEntry[],
  disabled: DisabledModules,
): { readonly entries: readonly RecalledEntry[]; readonly flags: Flags } {
  if (disabled.has("safety")) return { entries, flags: [] };
  const flags: string[] = [];
  const kept = entries.filter((entry) => {
    const said = { key: entry.key, value: entry.value };
    const rules = [...secretsIn(said), ...commandsIn(said)];
    flags.push(...rules.map((rule) => `${rule} in memory ${nameOf(entry)}`));
    return rules.length === 0;
  });
  return { entries: kept, flags };
}

/** They go out in a header, and a header has its limits. */
const MOST_FLAGS = 20;

/** Flags as an answer's prompt has them, which says nothing where nothing was noted. */
export function flagged(flags: Flags): Pick<Prompt, "flags"> {
  if (flags.length === 0) return {};
  const more = flags.length - MOST_FLAGS;
  return { flags: [...flags.slice(0, MOST_FLAGS), ...(more > 0 ? [`${more} more`] : [])] };
}

function secretFound(rule: string, path: string): VegaError {
  const message = `${path} holds what looks like a secret (rule ${rule}), and is not sent; take it out, or have an operator turn the module safety off`;
  return new VegaError("invalid", message, [{ path, message }]);
}

const valuesOf = (value: Json) => [...textsIn(value, "")].map(([, text]) => text);

const commandsIn = (value: Json): string[] => [
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

const PICTURE_NOTE = { type: "text", text: "[a picture: left out, the module vision is off]" };

const withoutPictures = (message: JsonObject): JsonObject =>
  hasPicture(message)
    ? {
        ...message,
        content: (message.content as Json[]).map((part) => (isPicture(part) ? PICTURE_NOTE : part)),
      }
    : message;
