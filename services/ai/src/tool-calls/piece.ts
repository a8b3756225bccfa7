import type { Json, JsonObject } from "@vega/contracts";
import { isObject } from "../providers/json.ts";

/** One entry of a delta's `tool_calls`, as the provider sent it. */
export interface Piece {
  readonly id: string | undefined;
  readonly index: number | undefined;
  readonly type: string | undefined;
  /** The member that holds name and arguments. */
  readonly kind: "function" | "custom";
  /** Empty where the piece has none. */
  readonly name: string;
  /** A fragment of the arguments (of a custom tool: of the input). */
  readonly text: string;
  /** Members beside OpenAI's, such as signatures that the provider wants back. */
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

/** Some servers send the arguments as an object in place of its JSON. */
function textIn(text: Json | undefined): string {
  if (typeof text === "string") return text;
  return text ? JSON.stringify(text) : "";
}

/** Members that are passed on once for each value they take. */
export interface Extras {
  add(members: JsonObject): void;
  /** What was added since the last call and has not been passed on with the same value. */
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
