import { parseArgs } from "node:util";
import { positiveInteger, positiveNumber, selection } from "../../src/options.ts";

export const MEASUREMENTS = [
  "bus",
  "sqlite",
  "ready",
  "sse",
  "status",
  "memory",
  "flood",
  "usage",
] as const;
export type Measurement = (typeof MEASUREMENTS)[number];

export interface Options {
  /** Length of one round. */
  readonly seconds: number;
  readonly rounds: number;
  readonly only: readonly Measurement[];
  readonly sseClients: number;
  /** Keys that the writes are spread over: each response contains all of them. */
  readonly keys: number;
  /** Messages in the database while usage is read. */
  readonly messages: number;
}

/** At least the number of connections. */
const MIN_KEYS = 64;

export const HELP = `npm run bench -- [options]
  --quick         rounds of 1 s instead of 5 s
  --seconds N     length of a round
  --rounds N      rounds, of which the median is reported (3)
  --only a,b      some of ${MEASUREMENTS.join(", ")}
  --clients N     subscribers of the event stream (1000)
  --keys N        keys of the writes (500; at least ${MIN_KEYS}: connections write separate keys)
  --messages N    messages in the database while usage is read (1000000)`;

/** Undefined for --help. Throws TypeError for an invalid option. */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      seconds: { type: "string" },
      rounds: { type: "string", default: "3" },
      only: { type: "string", default: MEASUREMENTS.join(",") },
      clients: { type: "string", default: "1000" },
      keys: { type: "string", default: "500" },
      messages: { type: "string", default: "1000000" },
    },
  });
  if (values.help) return undefined;
  return {
    seconds: positiveNumber("seconds", values.seconds ?? (values.quick ? "1" : "5")),
    rounds: positiveInteger("rounds", values.rounds),
    only: selection(values.only, MEASUREMENTS),
    sseClients: positiveInteger("clients", values.clients),
    keys: Math.max(MIN_KEYS, positiveInteger("keys", values.keys)),
    messages: positiveInteger("messages", values.messages),
  };
}
