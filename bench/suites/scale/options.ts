import { parseArgs } from "node:util";
import { positiveInteger, selection } from "../../src/options.ts";

export const PARTS = ["replicas", "subscribers", "entries"] as const;
export type Part = (typeof PARTS)[number];

export interface ScaleOptions {
  readonly only: readonly Part[];
  /** Length of one round of a load. */
  readonly seconds: number;
  /** Rounds of each load on each layout. */
  readonly rounds: number;
  readonly connections: number;
  /** Subscribers of one gateway's event stream, and the number of their processes. */
  readonly clients: number;
  readonly processes: number;
  /** Lengths of the log, ascending. */
  readonly entries: readonly number[];
}

export const HELP = `npm run bench:scale -- [options]
  --only a,b      some of ${PARTS.join(", ")}
  --seconds N     length of a round (3)
  --rounds N      rounds of each load on each layout, of which the median is reported (3)
  --connections N connections of a load (64)
  --clients N     subscribers of one gateway's event stream (10000)
  --processes N   processes of the subscribers (2)
  --entries N,N   lengths of the log (1000,10000,100000,1000000)
Small: --clients 500 --entries 1000,10000 --seconds 1 --rounds 1`;

/** Undefined for --help. Throws TypeError for an invalid option. */
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
    positiveInteger(name, values[name]);
  return {
    only: selection(values.only, PARTS),
    seconds: number("seconds"),
    rounds: number("rounds"),
    connections: number("connections"),
    clients: number("clients"),
    processes: number("processes"),
    entries: values.entries
      .split(",")
      .map((text) => positiveInteger("entries", text))
      .toSorted((a, b) => a - b),
  };
}
