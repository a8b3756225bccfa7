import type { Json, JsonObject } from "@vega/contracts";

/*
 * What the caller has of an answer already, and what of a new call's answer is new to it. Nothing is said twice.
 */

/** What went out so far. */
export interface Sent {
  text: string;
  role: boolean;
  reasoning: boolean;
  /** Something went out that no second call would make the same: calls of tools, a refusal, audio. */
  fixed: boolean;
}

export const nothingSent = (): Sent => ({ text: "", role: false, reasoning: false, fixed: false });

export const anythingSent = (sent: Sent): boolean =>
  sent.text !== "" || sent.reasoning || sent.fixed;

const isEmpty = (value: Json | undefined): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  (Array.isArray(value) && value.length === 0);

const isReasoning = (key: string): boolean => key.startsWith("reasoning");

/** Whether a delta says something: a role or an empty text does not. */
export const carries = (delta: JsonObject): boolean =>
  Object.entries(delta).some(([key, value]) => key !== "role" && !isEmpty(value));

/**
 * How a call came to its text: from the beginning, or as the rest of what was sent. A rest may begin with the blanks
 * that were cut off the text it goes on with: providers refuse a prefill that ends in blanks.
 */
export type Start =
  | { readonly from: "beginning" }
  | { readonly from: "prefill"; readonly blanks: string };

/** What is new in a delta; `departed`: it is another answer. */
export type Passed = { readonly delta: JsonObject | undefined } | "departed";

/** Lets through what is new, and notes it in `sent`. */
export interface Filter {
  pass(delta: JsonObject): Passed;
  /** Whether an end is an end of what was sent, too. */
  mayEnd(): boolean;
}

export function createFilter(sent: Sent, start: Start): Filter {
  const again = anythingSent(sent);
  const { role: hadRole, reasoning: hadReasoning } = sent;
  const known = start.from === "beginning" ? sent.text : start.blanks;
  let skipped = 0;
  let skipping = known !== "";

  /** What of a piece of text is new. */
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

  const note = (delta: JsonObject): Passed => {
    for (const [key, value] of Object.entries(delta)) {
      if (key === "role") sent.role = true;
      else if (isEmpty(value)) continue;
      else if (key === "content" && typeof value === "string") sent.text += value;
      else if (isReasoning(key)) sent.reasoning = true;
      else sent.fixed = true;
    }
    return { delta };
  };

  return {
    pass(delta) {
      if (!again) return note(delta);
      const fresh: JsonObject = {};
      for (const [key, value] of Object.entries(delta)) {
        if (key === "role" && hadRole) continue;
        if (isReasoning(key) && (hadReasoning || sent.text !== "")) continue;
        if (key === "content" && typeof value === "string") {
          const piece = skip(value);
          if (piece === undefined) return "departed";
          fresh[key] = piece;
        } else {
          if (skipping && start.from === "beginning" && key !== "role" && !isReasoning(key)) {
            if (!isEmpty(value)) return "departed";
          }
          fresh[key] = value;
        }
      }
      return carries(fresh) ? note(fresh) : { delta: undefined };
    },
    mayEnd: () => start.from === "prefill" || !skipping,
  };
}
