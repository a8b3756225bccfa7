import { parseArgs } from "node:util";

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
  /** Of one round. */
  readonly seconds: number;
  readonly rounds: number;
  readonly only: readonly Measurement[];
  readonly sseClients: number;
  /** How many keys the writes are spread over: each answer has all of them. */
  readonly keys: number;
  /** How many messages there are while usage is asked for. */
  readonly messages: number;
}

/** As many as there are connections at most. */
const MIN_KEYS = 64;

export const HELP = `npm run bench -- [options]
  --quick         rounds of 1 s instead of 5 s
  --seconds N     length of a round
  --rounds N      rounds of which the median counts (3)
  --only a,b      some of ${MEASUREMENTS.join(", ")}
  --clients N     subscribers of the event stream (1000)
  --keys N        keys that the writes go to (500; at least ${MIN_KEYS}: a connection has keys of its own)
  --messages N    messages that there are while usage is asked for (1000000)`;

/** Undefined when help is wanted. Throws TypeError for what is no option. */
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
    seconds: positive("seconds", values.seconds ?? (values.quick ? "1" : "5")),
    rounds: positive("rounds", values.rounds),
    only: values.only.split(",").map(measurement),
    sseClients: positive("clients", values.clients),
    keys: Math.max(MIN_KEYS, positive("keys", values.keys)),
    messages: positive("messages", values.messages),
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (value > 0) return value;
  throw new TypeError(`--${name} takes a number above 0, not ${text}`);
}

function measurement(name: string): Measurement {
  const found = MEASUREMENTS.find((candidate) => candidate === name);
  if (found) return found;
  throw new TypeError(`there is no measurement ${name}; known are ${MEASUREMENTS.join(", ")}`);
}
