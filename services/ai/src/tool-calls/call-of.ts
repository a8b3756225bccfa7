import type { Piece } from "./piece.ts";

/** Properties of a tool call that decide whether a piece belongs to it. */
export interface KnownCall {
  /** The provider's id. */
  readonly givenId: string | undefined;
  /** Empty until it has arrived. */
  readonly name: string;
  /** All arguments so far. */
  readonly text: string;
  /** Whether the arguments are a complete JSON object or array. */
  isWhole(): boolean;
}

export const isBlank = (text: string): boolean => text.trim() === "";

/** Some servers repeat the complete call at the end. */
export const isRepeated = (call: KnownCall, { name, text }: Piece): boolean =>
  call.isWhole() && !isBlank(text) && text === call.text && ["", call.name].includes(name);

/** Whether a piece starts another call with the same id or index. */
export function opensAnother(call: KnownCall, { id, name, text }: Piece): boolean {
  if (name === "" || call.name === "") return false;
  if (name !== call.name) return id === undefined || call.isWhole();
  // Some servers repeat the name in every piece.
  return call.isWhole() && (id === undefined || !isBlank(text));
}

/** Whether a piece with a new id continues this call: old vLLM makes an id for each piece. */
export function continuesUnderNewId(call: KnownCall, { name, text }: Piece): boolean {
  if (name === "" && isBlank(text)) return true;
  if (call.isWhole()) return false;
  if (name === "") return true;
  if (call.givenId === undefined && ["", name].includes(call.name)) return true;
  // Arguments can't start in the middle of an object.
  return name === call.name && !isBlank(call.text) && !isBlank(text) && !/^\s*[{[]/.test(text);
}
