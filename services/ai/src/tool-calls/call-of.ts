import type { Piece } from "./piece.ts";

/** What has to be known of a tool call to tell whether a piece belongs to it. */
export interface Known {
  /** As the provider gave it. */
  readonly givenId: string | undefined;
  /** Empty until it came. */
  readonly name: string;
  /** All arguments so far. */
  readonly text: string;
  /** Whether the arguments are a whole JSON object or array: nothing but blanks can follow. */
  isWhole(): boolean;
}

export const isBlank = (text: string): boolean => text.trim() === "";

/** Some servers send a complete call once more at the end. */
export const isRepeated = (call: Known, { name, text }: Piece): boolean =>
  call.isWhole() && !isBlank(text) && text === call.text && ["", call.name].includes(name);

/** Whether a piece opens another call although its id or its index is that of this one. */
export function opensAnother(call: Known, { id, name, text }: Piece): boolean {
  if (name === "" || call.name === "") return false;
  if (name !== call.name) return id === undefined || call.isWhole();
  // Some servers repeat the name with every piece.
  return call.isWhole() && (id === undefined || !isBlank(text));
}

/** Whether a piece goes on with this call although its id is new: old vLLM makes a new id for each piece. */
export function continuesUnderNewId(call: Known, { name, text }: Piece): boolean {
  if (name === "" && isBlank(text)) return true;
  if (call.isWhole()) return false;
  if (name === "") return true;
  if (call.givenId === undefined && ["", name].includes(call.name)) return true;
  // No arguments begin in the middle of an object.
  return name === call.name && !isBlank(call.text) && !isBlank(text) && !/^\s*[{[]/.test(text);
}
