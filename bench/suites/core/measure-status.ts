import type { BenchPlatform } from "../../src/cluster/platform.ts";
import { exchange, wire } from "../../src/load/http-exchange.ts";
import { runHttpLoad } from "../../src/load/http-load.ts";
import type { Section } from "../../src/report/section.ts";
import { show } from "../../src/statistics.ts";
import { startBare } from "./bare.ts";
import type { Options } from "./options.ts";
import type { Compared } from "./side-by-side.ts";
import {
  COMPARED_COLUMNS,
  comparedRow,
  failuresOf,
  generatorNote,
  sideBySide,
} from "./side-by-side.ts";

const AIM = 0.5;
const REQUEST = { path: "/api/status" } as const;

/** GET /api/status, compared with a bare server that sends the same bytes. */
export async function measureStatus(platform: BenchPlatform, options: Options): Promise<Section> {
  const bare = await startBare(REQUEST, await exchange(platform.url, REQUEST));
  const load = (url: string) => {
    const bytes = Buffer.from(wire(url, REQUEST));
    return (connections: number, seconds: number) =>
      runHttpLoad({ url, connections, seconds, next: () => bytes });
  };
  const loads = { vega: load(platform.url), bare: load(bare.url) };
  const compared: Compared[] = [];
  try {
    for (const connections of [1, 16, 64]) {
      compared.push(await sideBySide(options, connections, loads));
    }
  } finally {
    await bare.close();
  }
  return {
    title: "GET /api/status, side by side with bare node:http",
    columns: COMPARED_COLUMNS,
    rows: compared.map(comparedRow),
    notes: [generatorNote(compared)],
    aims: compared.map(({ connections, ratio }) => ({
      what: `${connections} connections: ${show(ratio)} of bare, aim ≥ ${AIM}`,
      met: ratio >= AIM,
    })),
    faults: failuresOf(compared),
    raw: compared,
  };
}
