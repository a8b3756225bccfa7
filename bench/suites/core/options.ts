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
  /** The git revision to compare this checkout with. */
  readonly against: string | undefined;
}

/** At least the number of connections. */
const MIN_KEYS = 64;

export const HELP = `npm run bench -- [options]
  --quick         rounds of 1 s instead of 5 s
  --seconds N     length of a round
  --rounds N      rounds, of which the median is reported (3; with --against 7)
  --only a,b      some of ${MEASUREMENTS.join(", ")}
  --clients N     subscribers of the event stream (1000)
  --keys N        keys of the writes (500; at least ${MIN_KEYS}: connections write separate keys)
  --messages N    messages in the database while usage is read (1000000)
  --against REF   compares this checkout with a git revision in alternating rounds; takes --rounds, --seconds, --quick and
                  no other option (rounds of 2 s, one of both sides takes less than a minute)`;

const SECONDS = { full: "5", quick: "1", against: "2" } as const;
const ROUNDS = { core: "3", against: "7" } as const;

/** Undefined for --help. Throws TypeError for an invalid option. */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      seconds: { type: "string" },
      rounds: { type: "string" },
      only: { type: "string", default: MEASUREMENTS.join(",") },
      clients: { type: "string", default: "1000" },
      keys: { type: "string", default: "500" },
      messages: { type: "string", default: "1000000" },
      against: { type: "string" },
    },
  });
  if (values.help) return undefined;
  const mode = values.against === undefined ? "core" : "against";
  const seconds = values.quick ? SECONDS.quick : SECONDS[mode === "core" ? "full" : "against"];
  return {
    seconds: positiveNumber("seconds", values.seconds ?? seconds),
    rounds: positiveInteger("rounds", values.rounds ?? ROUNDS[mode]),
    only: selection(values.only, MEASUREMENTS),
    sseClients: positiveInteger("clients", values.clients),
    keys: Math.max(MIN_KEYS, positiveInteger("keys", values.keys)),
    messages: positiveInteger("messages", values.messages),
    against: values.against,
  };
}
