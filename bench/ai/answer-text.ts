import { clock } from "../sse-messages.ts";

/*
 * What the upstream of this benchmark says. Its text tells what the client needs to check an answer and to time it, so
 * that no gateway has to carry more than OpenAI's protocol: whose answer it is, how long the upstream itself took, and
 * of each piece the moment when it left. A piece ends with a blank and has none elsewhere.
 */

/** How an upstream is to answer, said in the name of the model: every gateway passes that on. */
export interface Manner {
  /** Pieces that the answer has; in a stream each is a chunk. */
  readonly chunks: number;
  /** Milliseconds from one chunk to the next; 0: as fast as they are taken. */
  readonly gapMs: number;
}

export const modelOf = ({ chunks, gapMs }: Manner): string => `mock-${chunks}x${gapMs}ms`;

/** Throws Error for a name that says no manner. */
export function mannerOf(model: string): Manner {
  const [, chunks, gapMs] = /^mock-(\d+)x(\d+)ms$/.exec(model) ?? [];
  if (chunks === undefined) throw new Error(`no model of the upstream: ${model}`);
  return { chunks: Number(chunks), gapMs: Number(gapMs) };
}

/** What stands before the first piece. @param waitedMs from the whole request to the first byte of the answer */
export const opening = (nonce: string, waitedMs: number): string =>
  `${nonce}/${waitedMs.toFixed(3)} `;

/** @param number from 0 */
export const piece = (number: number): string => `${number}@${clock().toFixed(3)} `;

export interface TextReader {
  /** Takes the next part of the text, whole pieces. @returns when the pieces in it left, by {@link clock} */
  read(part: string): number[];
  /** How long the upstream took to begin, in milliseconds. */
  waitedMs(): number;
  /** What is wrong with the text so far, were it the whole; undefined: nothing. */
  fault(chunks: number): string | undefined;
}

/** Reads an answer to the request with this nonce. */
export function textReader(nonce: string): TextReader {
  let waitedMs = Number.NaN;
  let pieces = 0;
  let fault: string | undefined;
  return {
    read(part) {
      const left: number[] = [];
      for (const word of part.split(" ").slice(0, -1)) {
        const [number, at] = word.split("@");
        if (at === undefined) {
          const [whose, waited] = word.split("/");
          if (whose !== nonce) fault ??= `the answer is not to ${nonce} but to ${whose}`;
          waitedMs = Number(waited);
        } else {
          if (Number(number) !== pieces)
            fault ??= `piece ${number} stands in the place of ${pieces}`;
          pieces += 1;
          left.push(Number(at));
        }
      }
      if (!part.endsWith(" ")) fault ??= "a piece was cut";
      return left;
    },
    waitedMs: () => waitedMs,
    fault(chunks) {
      if (fault !== undefined) return fault;
      if (Number.isNaN(waitedMs)) return "the beginning of the answer is missing";
      return pieces === chunks ? undefined : `${pieces} pieces came, not ${chunks}`;
    },
  };
}

/** The nonce of an answer's text. */
export const nonceOf = (text: string): string => text.slice(0, text.indexOf("/"));
