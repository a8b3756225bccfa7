import { show } from "../../src/statistics.ts";
import type { Measured } from "./rounds.ts";

export const DIRECT = "direct";
export const VEGA = "VEGA";
export const PORTKEY = "Portkey";
export const CHAIN = "bare chain";

export const isDirect = ({ target }: Measured): boolean => target.name === DIRECT;

/** Compares each target with the direct one. Throws Error without a direct one. */
export function against<Result>(
  measured: readonly Measured[],
  compare: (one: Measured, direct: Measured) => Result,
): Result[] {
  const direct = measured.find(isDirect);
  if (!direct) throw new Error("the direct target was not measured");
  return measured.map((one) => compare(one, direct));
}

/** A difference with its sign. */
export const signed = (value: number): string => (value < 0 ? "−" : "+") + show(Math.abs(value));
