import type { Json, JsonObject } from "@vega/contracts";
import { isObject } from "../providers/json.ts";

/** One entry of a delta's `tool_calls`. */
export interface Piece {
  readonly id: string | undefined;
  readonly index: number | undefined;
  readonly type: string | undefined;
  /** The member with name and arguments. */
  readonly kind: "function" | "custom";
  /** Empty: absent. */
  readonly name: string;
  /** A fragment of the arguments, or of the input of a custom tool. */
  readonly text: string;
  /** Members beyond OpenAI's, such as signatures that the provider expects back. */
  readonly extras: JsonObject;
  /** The same, of `function` or `custom`. */
  readonly bodyExtras: JsonObject;
}

export function readPiece(entry: JsonObject): Piece {
  const { id, index, type, function: called, custom, ...extras } = entry;
  const kind = isObject(custom) || type === "custom" ? "custom" : "function";
  const holder = kind === "custom" ? custom : called;
  const body = isObject(holder) ? holder : {};
  const { name, [textMember(kind)]: text, ...bodyExtras } = body;
  return {
    id: idIn(id),
    index: Number.isSafeInteger(index) ? (index as number) : undefined,
    type: typeof type === "string" && type !== "" ? type : undefined,
    kind,
    name: typeof name === "string" ? name : "",
    text: textIn(text),
    extras,
    bodyExtras,
  };
}

export const textMember = (kind: Piece["kind"]) => (kind === "custom" ? "input" : "arguments");

function idIn(id: Json | undefined): string | undefined {
  if (typeof id === "number") return String(id);
  return typeof id === "string" && id.trim() !== "" ? id : undefined;
}

/** Some servers send the arguments as an object instead of JSON text. */
function textIn(text: Json | undefined): string {
  if (typeof text === "string") return text;
  return text ? JSON.stringify(text) : "";
}

/** Members that are forwarded once for each distinct value. */
export interface Extras {
  add(members: JsonObject): void;
  /** Members added since the last call whose value differs from the forwarded one. */
  take(): JsonObject;
}

export function createExtras(): Extras {
  const taken = new Map<string, string>();
  const pending = new Map<string, Json>();
  return {
    add(members) {
      for (const [key, value] of Object.entries(members)) {
        if (value === null || value === "") continue;
        const json = JSON.stringify(value);
        if (taken.get(key) === json) continue;
        taken.set(key, json);
        pending.set(key, value);
      }
    },
    take() {
      const members = Object.fromEntries(pending);
      pending.clear();
      return members;
    },
  };
}
