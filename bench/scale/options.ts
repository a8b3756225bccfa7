import { parseArgs } from "node:util";

export const PARTS = ["replicas", "crowd", "entries"] as const;
export type Part = (typeof PARTS)[number];

export interface ScaleOptions {
  readonly only: readonly Part[];
  /** Of one round of a load. */
  readonly seconds: number;
  /** Of each load on each layout. */
  readonly rounds: number;
  readonly connections: number;
  /** Subscribers of the event stream of one gateway, and the processes they are spread over. */
  readonly clients: number;
  readonly processes: number;
  /** Lengths of the log, ascending. */
  readonly entries: readonly number[];
}

export const HELP = `npm run bench:scale -- [options]
  --only a,b      some of ${PARTS.join(", ")}
  --seconds N     length of a round (3)
  --rounds N      rounds of each load on each layout, of which the median counts (3)
  --connections N connections of a load (64)
  --clients N     subscribers of one gateway's event stream (10000)
  --processes N   processes that these are spread over (2)
  --entries N,N   lengths of the log (1000,10000,100000,1000000)
Small: --clients 500 --entries 1000,10000 --seconds 1 --rounds 1`;

/** Undefined when help is wanted. Throws TypeError for what is no option. */
export function readOptions(args: readonly string[]): ScaleOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: "boolean", default: false },
      only: { type: "string", default: PARTS.join(",") },
      seconds: { type: "string", default: "3" },
      rounds: { type: "string", default: "3" },
      connections: { type: "string", default: "64" },
      clients: { type: "string", default: "10000" },
      processes: { type: "string", default: "2" },
      entries: { type: "string", default: "1000,10000,100000,1000000" },
    },
  });
  if (values.help) return undefined;
  const number = (name: "seconds" | "rounds" | "connections" | "clients" | "processes") =>
    whole(name, values[name]);
  return {
    only: values.only.split(",").map(part),
    seconds: number("seconds"),
    rounds: number("rounds"),
    connections: number("connections"),
    clients: number("clients"),
    processes: number("processes"),
    entries: values.entries
      .split(",")
      .map((text) => whole("entries", text))
      .toSorted((a, b) => a - b),
  };
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new TypeError(`--${name} takes a whole number above 0, not ${text}`);
}

function part(name: string): Part {
  const found = PARTS.find((candidate) => candidate === name);
  if (found) return found;
  throw new TypeError(`there is no part ${name}; known are ${PARTS.join(", ")}`);
}
