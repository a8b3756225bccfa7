import { parseArgs } from "node:util";

export interface Options {
  readonly seed: number;
  readonly rounds: number;
  /** Names of faults; empty: all. */
  readonly only: readonly string[];
}

export const help = (faults: readonly string[]) => `npm run test:chaos -- [options]
  --seed N        seed of order and choices (random by default, and printed)
  --rounds N      repetitions of each fault (1)
  --only a,b      only these faults; a trailing * matches a prefix
  --list          the faults
Faults: ${faults.join(", ")}`;

/**
 * Undefined if help is requested.
 * @param faults names of all faults
 * @param seed default seed
 * @throws TypeError for an unknown option or fault
 */
export function readOptions(
  args: readonly string[],
  faults: readonly string[],
  seed: number,
): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      seed: { type: "string", default: String(seed) },
      rounds: { type: "string", default: "1" },
      only: { type: "string" },
    },
  });
  if (values.help || values.list) return undefined;
  return {
    seed: whole("seed", values.seed, 0),
    rounds: whole("rounds", values.rounds, 1),
    only: values.only?.split(",").flatMap((name) => named(name, faults)) ?? [],
  };
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new TypeError(`--${name} takes a whole number from ${least}, not ${text}`);
}

function named(name: string, faults: readonly string[]): readonly string[] {
  const found = faults.filter((fault) =>
    name.endsWith("*") ? fault.startsWith(name.slice(0, -1)) : fault === name,
  );
  if (found.length > 0) return found;
  throw new TypeError(`unknown fault ${name}; known faults: ${faults.join(", ")}`);
}
