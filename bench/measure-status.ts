import { startBare } from "./bare.ts";
import { exchange, wire } from "./exchange.ts";
import { show } from "./figures.ts";
import { underLoad } from "./load.ts";
import type { Options } from "./options.ts";
import type { BenchPlatform } from "./platform.ts";
import type { Section } from "./section.ts";
import type { Compared } from "./side-by-side.ts";
import {
  COMPARED_COLUMNS,
  comparedRow,
  failuresOf,
  generatorNote,
  sideBySide,
} from "./side-by-side.ts";

const AIM = 0.5;
const ASK = { path: "/api/status" } as const;

/** GET /api/status against a bare server that sends the same bytes. */
export async function measureStatus(platform: BenchPlatform, options: Options): Promise<Section> {
  const bare = await startBare(ASK, await exchange(platform.url, ASK));
  const load = (url: string) => {
    const bytes = Buffer.from(wire(url, ASK));
    return (connections: number, seconds: number) =>
      underLoad({ url, connections, seconds, next: () => bytes });
  };
  const compared: Compared[] = [];
  try {
    for (const connections of [1, 16, 64]) {
      compared.push(await sideBySide(options, connections, load(platform.url), load(bare.url)));
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
