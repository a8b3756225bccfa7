import type { Json, JsonObject } from "@vega/contracts";

/*
 * The part of a completion that the caller already has. When another call repeats the completion, only what comes after
 * that part is delivered.
 */

export interface DeliveredPrefix {
  text: string;
  role: boolean;
  reasoning: boolean;
  /** Contains parts that no second call would repeat exactly: tool calls, a refusal, audio. */
  fixed: boolean;
}

export const emptyPrefix = (): DeliveredPrefix => ({
  text: "",
  role: false,
  reasoning: false,
  fixed: false,
});

export const hasDelivered = (prefix: DeliveredPrefix): boolean =>
  prefix.text !== "" || prefix.reasoning || prefix.fixed;

const isEmpty = (value: Json | undefined): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  (Array.isArray(value) && value.length === 0);

const isReasoning = (key: string): boolean => key.startsWith("reasoning");

/** Whether a delta has content: a role or an empty text is not content. */
export const carries = (delta: JsonObject): boolean =>
  Object.entries(delta).some(([key, value]) => key !== "role" && !isEmpty(value));

/**
 * Where the text of a call starts: at the beginning of the completion, or after a prefill. Providers refuse a prefill
 * that ends in blanks, so these are cut off and the continuation may begin with them.
 */
export type Start =
  | { readonly from: "beginning" }
  | { readonly from: "prefill"; readonly blanks: string };

/** The new part of a delta; `diverged`: the completion differs from the delivered text. */
export type Filtered = { readonly delta: JsonObject | undefined } | "diverged";

/** Passes the new part of each delta and records it in the prefix. */
export interface PrefixFilter {
  pass(delta: JsonObject): Filtered;
  /** Whether a completion that ends here contains all of the delivered text. */
  mayEnd(): boolean;
}

export function createPrefixFilter(delivered: DeliveredPrefix, start: Start): PrefixFilter {
  const isRepeat = hasDelivered(delivered);
  const { role: hadRole, reasoning: hadReasoning } = delivered;
  const known = start.from === "beginning" ? delivered.text : start.blanks;
  let skipped = 0;
  let skipping = known !== "";

  /** The new part of a piece of text; undefined: it differs. */
  const skip = (piece: string): string | undefined => {
    if (!skipping) return piece;
    let at = 0;
    while (at < piece.length && skipped < known.length && piece[at] === known[skipped]) {
      at += 1;
      skipped += 1;
    }
    if (skipped === known.length) skipping = false;
    else if (at < piece.length) {
      if (start.from === "beginning") return undefined;
      skipping = false;
    }
    return piece.slice(at);
  };

  const record = (delta: JsonObject): Filtered => {
    for (const [key, value] of Object.entries(delta)) {
      if (key === "role") delivered.role = true;
      else if (isEmpty(value)) continue;
      else if (key === "content" && typeof value === "string") delivered.text += value;
      else if (isReasoning(key)) delivered.reasoning = true;
      else delivered.fixed = true;
    }
    return { delta };
  };

  return {
    pass(delta) {
      if (!isRepeat) return record(delta);
      const fresh: JsonObject = {};
      for (const [key, value] of Object.entries(delta)) {
        if (key === "role" && hadRole) continue;
        if (isReasoning(key) && (hadReasoning || delivered.text !== "")) continue;
        if (key === "content" && typeof value === "string") {
          const piece = skip(value);
          if (piece === undefined) return "diverged";
          fresh[key] = piece;
        } else {
          if (skipping && start.from === "beginning" && key !== "role" && !isReasoning(key)) {
            if (!isEmpty(value)) return "diverged";
          }
          fresh[key] = value;
        }
      }
      return carries(fresh) ? record(fresh) : { delta: undefined };
    },
    mayEnd: () => start.from === "prefill" || !skipping,
  };
}
