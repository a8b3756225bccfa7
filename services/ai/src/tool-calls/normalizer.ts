import type { Json, JsonObject } from "@vega/contracts";
import { isObject } from "../providers/json.ts";
import type { KnownCall } from "./call-of.ts";
import { continuesUnderNewId, isBlank, isRepeated, opensAnother } from "./call-of.ts";
import { createJsonScan } from "./json-scan.ts";
import type { Piece } from "./piece.ts";
import { createExtras, readPiece, textMember } from "./piece.ts";

/*
 * Providers label the pieces of a tool call differently. The output follows OpenAI's protocol: `index` counts from 0 in
 * the order of the calls; `id`, `type` and the name are in the first piece of a call only.
 * Source: https://platform.openai.com/docs/api-reference/chat-streaming
 */

export interface ToolCallNormalizer {
  /** The delta with relabelled `tool_calls`; undefined: nothing to send yet. */
  normalize(delta: JsonObject): JsonObject | undefined;
  /** Whether a call has arguments but no name: no client can run it. */
  hasNameless(): boolean;
}

/** Entries of one list with names and without labels are separate calls. */
const isApart = (call: ToolCall, { index }: Piece, openedNow: ReadonlySet<ToolCall>): boolean =>
  index === undefined && openedNow.has(call);

interface ToolCall extends KnownCall {
  add(piece: Piece, text: string): void;
  /** New members for the client; undefined: none, or the call can't be sent yet. */
  next(): JsonObject | undefined;
}

/** @param newId creates a unique id */
export function createToolCallNormalizer(newId: () => string): ToolCallNormalizer {
  const calls: ToolCall[] = [];
  const byId = new Map<string, ToolCall>();
  const byIndex = new Map<number, ToolCall>();
  const usedIds = new Set<string>();
  let count = 0;

  const label = (givenId: string | undefined) => {
    const id = givenId === undefined || usedIds.has(givenId) ? newId() : givenId;
    usedIds.add(id);
    return { index: count++, id };
  };

  const placeOf = ({ index }: Piece) => (index === undefined ? calls.at(-1) : byIndex.get(index));

  const isAgain = (call: ToolCall, piece: Piece) =>
    piece.id !== undefined && placeOf(piece) === call && isRepeated(call, piece);

  /** The call of a piece; undefined: a new call. The id has priority over the index. */
  const callOf = (piece: Piece, openedNow: ReadonlySet<ToolCall>): ToolCall | undefined => {
    const known = piece.id === undefined ? undefined : byId.get(piece.id);
    if (known) return isAgain(known, piece) || !opensAnother(known, piece) ? known : undefined;
    const place = placeOf(piece);
    if (!place) return undefined;
    if (piece.id !== undefined) return continuesUnderNewId(place, piece) ? place : undefined;
    if (piece.name !== "" && isApart(place, piece, openedNow)) return undefined;
    return opensAnother(place, piece) ? undefined : place;
  };

  const open = (piece: Piece, openedNow: Set<ToolCall>): ToolCall => {
    const place = placeOf(piece);
    const { id, index, name, text } = piece;
    // The name may be repeated after the last arguments.
    const isSameName = name !== "" && place?.name === name;
    const isRepetition = isSameName && !isApart(place, piece, openedNow);
    const isDoubtful = isRepetition && id === undefined && isBlank(text);
    const call = createToolCall(piece.kind, isDoubtful, label);
    const position = calls.push(call) - 1;
    if (index !== undefined) byIndex.set(index, call);
    else if (!byIndex.has(position)) byIndex.set(position, call);
    if (id !== undefined) byId.set(id, call);
    openedNow.add(call);
    return call;
  };

  const take = (piece: Piece, openedNow: Set<ToolCall>): JsonObject | undefined => {
    const found = callOf(piece, openedNow);
    const call = found ?? open(piece, openedNow);
    const { id, index } = piece;
    if (id !== undefined && call.givenId === undefined) byId.set(id, call);
    if (index !== undefined && !byIndex.has(index)) byIndex.set(index, call);
    call.add(piece, found && isAgain(found, piece) ? "" : piece.text);
    return call.next();
  };

  return {
    normalize(delta) {
      const { tool_calls: list, ...rest } = delta;
      if (!Array.isArray(list) || list.length === 0) return delta;
      const openedNow = new Set<ToolCall>();
      const pieces: Json[] = [];
      for (const entry of list) {
        const piece = isObject(entry) ? take(readPiece(entry), openedNow) : undefined;
        if (piece) pieces.push(piece);
      }
      if (pieces.length > 0) return { ...rest, tool_calls: pieces };
      return Object.keys(rest).length > 0 ? rest : undefined;
    },
    hasNameless: () => calls.some(({ name, text }) => name === "" && !isBlank(text)),
  };
}

/**
 * @param isDoubtful the call is not sent before it has arguments
 * @param label assigns the index and the id when the first piece is sent
 */
function createToolCall(
  kind: Piece["kind"],
  isDoubtful: boolean,
  label: (givenId: string | undefined) => { index: number; id: string },
): ToolCall {
  const scan = createJsonScan();
  const extras = createExtras();
  const bodyExtras = createExtras();
  let givenId: string | undefined;
  let type: string | undefined;
  let name = "";
  let text = "";
  let sentLength = 0;
  let index: number | undefined;

  return {
    get givenId() {
      return givenId;
    },
    get name() {
      return name;
    },
    get text() {
      return text;
    },
    isWhole: () => kind === "function" && scan.isWhole(),
    add(piece, more) {
      givenId ??= piece.id;
      type ??= piece.type;
      if (name === "") ({ name } = piece);
      text += more;
      scan.add(more);
      extras.add(piece.extras);
      bodyExtras.add(piece.bodyExtras);
    },
    next() {
      if (name === "" || (isDoubtful && isBlank(text))) return undefined;
      const more = text.slice(sentLength);
      sentLength = text.length;
      const outer = extras.take();
      const body = { ...bodyExtras.take(), ...(more !== "" && { [textMember(kind)]: more }) };
      if (index === undefined) {
        const labels = label(givenId);
        ({ index } = labels);
        const whole = { ...body, name, [textMember(kind)]: more };
        return { ...outer, ...labels, type: type ?? kind, [kind]: whole };
      }
      const hasBody = Object.keys(body).length > 0;
      if (!hasBody && Object.keys(outer).length === 0) return undefined;
      return { ...outer, index, ...(hasBody && { [kind]: body }) };
    },
  };
}
