import { startBare } from "./bare.ts";
import { exchange, wire } from "./exchange.ts";
import { median, show } from "./figures.ts";
import type { Ledger } from "./ledger.ts";
import { createLedger } from "./ledger.ts";
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

const AIM = 3_000;
const AIM_CONNECTIONS = 64;
const PATH = "/api/memory-update";

/**
 * Durable writes, against a bare server that parses the same body, sends the same bytes and keeps nothing. The figures
 * count only where every key holds the last value that was acknowledged.
 */
export async function measureMemory(platform: BenchPlatform, options: Options): Promise<Section> {
  const headers = platform.writeHeaders;
  const ledger = createLedger(options.keys);
  // All keys at once first: what is answered has the same size throughout.
  const ask = {
    method: "POST",
    path: PATH,
    headers,
    body: JSON.stringify({ update: ledger.start }),
  } as const;
  const bare = await startBare(ask, await exchange(platform.url, ask));
  const load = (url: string, { next, answered }: Ledger) => {
    return (connections: number, seconds: number) =>
      underLoad({
        url,
        connections,
        seconds,
        next: (connection) =>
          wire(url, { method: "POST", path: PATH, headers, body: next(connection, connections) }),
        answered,
      });
  };
  const compared: Compared[] = [];
  const faults: string[] = [];
  try {
    for (const connections of [1, 16, AIM_CONNECTIONS]) {
      compared.push(
        await sideBySide(
          options,
          connections,
          load(platform.url, ledger),
          load(bare.url, createLedger(options.keys)),
        ),
      );
      const { body } = await exchange(platform.url, { path: "/api/memory" });
      const { memory } = JSON.parse(Buffer.from(body).toString()) as { memory: object };
      faults.push(...ledger.faults({ ...memory }));
    }
  } finally {
    await bare.close();
  }
  const writes = compared.at(-1)?.vega.map(({ perSecond }) => perSecond) ?? [];
  return {
    title: `POST ${PATH}, durable, ${options.keys} keys in each answer; bare keeps nothing`,
    columns: COMPARED_COLUMNS,
    rows: compared.map(comparedRow),
    notes: [
      generatorNote(compared),
      `${ledger.acknowledged()} writes acknowledged, each key as acknowledged last: ${faults.length === 0 ? "yes" : "NO"}`,
    ],
    aims: [
      {
        what: `${AIM_CONNECTIONS} connections: ${show(median(writes))} writes/s, aim > ${show(AIM)}`,
        met: median(writes) > AIM,
      },
    ],
    faults: [...failuresOf(compared), ...faults],
    raw: { keys: options.keys, compared },
  };
}
