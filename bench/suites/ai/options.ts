import { parseArgs } from "node:util";
import { positiveInteger } from "../../src/options.ts";

export interface AiOptions {
  /** Length of one round. */
  readonly seconds: number;
  readonly rounds: number;
  /** Latency of the provider until the first byte. */
  readonly waitMs: number;
  /** Concurrent streams of the stall measurement, and their shape. */
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
  --wait N        latency of the provider, milliseconds (20)
  --streams N     concurrent streams (128)
  --chunks N      chunks of each of them (100)
  --gap N         milliseconds from chunk to chunk (20)
  --portkey       measures Portkey's gateway too; npm installs it into node_modules/.cache
  --chain         measures the same hops without VEGA's work, for non-streaming completions only
  --no-vega       only the provider, and Portkey`;

/** Undefined for --help. Throws TypeError for an invalid option. */
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
    positiveInteger(name, values[name]);
  return {
    seconds: positiveInteger("seconds", values.seconds ?? (values.quick ? "1" : "5")),
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
