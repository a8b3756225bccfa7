import { clock } from "../clock.ts";

/*
 * The completions of the stand-in provider. The text itself carries the data that a client needs to check and time it,
 * so that a gateway has to pass on nothing beyond OpenAI's protocol: the request's nonce, the provider's own latency,
 * and the send time of each piece. A piece ends with a blank and has no other.
 */

/** Shape of a completion, encoded in the model's name, which every gateway passes on. */
export interface Shape {
  /** Pieces of the completion; a chunk each in a stream. */
  readonly chunks: number;
  /** Milliseconds between chunks; 0: as fast as the client reads. */
  readonly gapMs: number;
}

export const modelOf = ({ chunks, gapMs }: Shape): string => `mock-${chunks}x${gapMs}ms`;

/** Throws Error for any other model name. */
export function shapeOf(model: string): Shape {
  const [, chunks, gapMs] = /^mock-(\d+)x(\d+)ms$/.exec(model) ?? [];
  if (chunks === undefined) throw new Error(`unknown model of the stand-in provider: ${model}`);
  return { chunks: Number(chunks), gapMs: Number(gapMs) };
}

/** The text before the first piece. @param waitedMs from the complete request to the first byte of the response */
export const opening = (nonce: string, waitedMs: number): string =>
  `${nonce}/${waitedMs.toFixed(3)} `;

/** @param number from 0 */
export const piece = (number: number): string => `${number}@${clock().toFixed(3)} `;

export interface TextReader {
  /** Takes the next part of the text, complete pieces. @returns the send times of its pieces, by {@link clock} */
  read(part: string): number[];
  /** The provider's own latency, milliseconds. */
  waitedMs(): number;
  /** The error of the text received so far, taken as the complete text; undefined if it is correct. */
  fault(chunks: number): string | undefined;
}

/** Reads a completion of the request with this nonce. */
export function textReader(nonce: string): TextReader {
  let waitedMs = Number.NaN;
  let pieces = 0;
  let fault: string | undefined;
  return {
    read(part) {
      const sent: number[] = [];
      for (const word of part.split(" ").slice(0, -1)) {
        const [number, at] = word.split("@");
        if (at === undefined) {
          const [owner, waited] = word.split("/");
          if (owner !== nonce) fault ??= `the completion of ${owner}, not ${nonce}`;
          waitedMs = Number(waited);
        } else {
          if (Number(number) !== pieces) fault ??= `piece ${number} in place of ${pieces}`;
          pieces += 1;
          sent.push(Number(at));
        }
      }
      if (!part.endsWith(" ")) fault ??= "a piece was cut";
      return sent;
    },
    waitedMs: () => waitedMs,
    fault(chunks) {
      if (fault !== undefined) return fault;
      if (Number.isNaN(waitedMs)) return "the beginning of the completion is missing";
      return pieces === chunks ? undefined : `${pieces} pieces came, not ${chunks}`;
    },
  };
}

/** The nonce of a completion's text. */
export const nonceOf = (text: string): string => text.slice(0, text.indexOf("/"));
