import { show } from "../figures.ts";
import type { Measured } from "./rounds.ts";

export const DIRECT = "direct";
export const VEGA = "VEGA";
export const PORTKEY = "Portkey";
export const CHAIN = "bare chain";

export const isDirect = ({ target }: Measured): boolean => target.name === DIRECT;

/** Each with the one that was asked directly. Throws Error when there is none. */
export function against<Result>(
  measured: readonly Measured[],
  compare: (one: Measured, direct: Measured) => Result,
): Result[] {
  const direct = measured.find(isDirect);
  if (!direct) throw new Error("nothing was asked directly");
  return measured.map((one) => compare(one, direct));
}

/** A difference. */
export const signed = (value: number): string => (value < 0 ? "−" : "+") + show(Math.abs(value));
