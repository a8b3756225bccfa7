import { parseArgs } from "node:util";

export const MEASUREMENTS = ["status", "memory", "sse", "bus", "processes"] as const;
export type Measurement = (typeof MEASUREMENTS)[number];

export interface Options {
  readonly seconds: number;
  readonly rounds: number;
  readonly only: readonly Measurement[];
  readonly sseClients: number;
}

/** `--quick`: one short round; `--only status,memory`: these alone. */
export function readOptions(): Options {
  const { values } = parseArgs({
    options: { quick: { type: "boolean", default: false }, only: { type: "string" } },
  });
  const names = values.only?.split(",") ?? MEASUREMENTS;
  const only = MEASUREMENTS.filter((name) => names.includes(name));
  if (only.length === 0) throw new Error(`--only takes some of ${MEASUREMENTS.join(",")}`);
  return {
    seconds: values.quick ? 1 : 5,
    rounds: values.quick ? 1 : 3,
    only,
    sseClients: values.quick ? 100 : 1_000,
  };
}
