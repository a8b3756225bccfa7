import { parseArgs } from "node:util";

export interface AiOptions {
  /** Of one round. */
  readonly seconds: number;
  readonly rounds: number;
  /** How long the upstream takes to begin an answer. */
  readonly waitMs: number;
  /** Streams at once in the test for stalls, and what each of them is. */
  readonly streams: number;
  readonly chunks: number;
  readonly gapMs: number;
  readonly vega: boolean;
  readonly portkey: boolean;
  readonly chain: boolean;
}

export const HELP = `npm run bench:ai -- [options]
  --quick         rounds of 1 s instead of 5 s
  --seconds N     length of a round
  --rounds N      rounds of each (3)
  --wait N        milliseconds until the upstream answers (20)
  --streams N     streams at once (128)
  --chunks N      chunks of each of them (100)
  --gap N         milliseconds from chunk to chunk (20)
  --portkey       measures Portkey's gateway too; npm brings it into node_modules/.cache
  --chain         measures the same hops without anything done in between, for whole answers alone
  --no-vega       only the upstream, and Portkey`;

/** Undefined when help is wanted. Throws TypeError for what is no option. */
export function readOptions(args: readonly string[]): AiOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      help: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      seconds: { type: "string" },
      rounds: { type: "string", default: "3" },
      wait: { type: "string", default: "20" },
      streams: { type: "string", default: "128" },
      chunks: { type: "string", default: "100" },
      gap: { type: "string", default: "20" },
      portkey: { type: "boolean", default: false },
      chain: { type: "boolean", default: false },
      vega: { type: "boolean", default: true },
    },
  });
  if (values.help) return undefined;
  const number = (name: "rounds" | "wait" | "streams" | "chunks" | "gap") =>
    whole(name, values[name]);
  return {
    seconds: whole("seconds", values.seconds ?? (values.quick ? "1" : "5")),
    rounds: number("rounds"),
    waitMs: number("wait"),
    streams: number("streams"),
    chunks: number("chunks"),
    gapMs: number("gap"),
    vega: values.vega,
    portkey: values.portkey,
    chain: values.chain,
  };
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new TypeError(`--${name} takes a whole number above 0, not ${text}`);
}
