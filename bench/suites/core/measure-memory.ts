import type { BenchPlatform } from "../../src/cluster/platform.ts";
import type { HttpRequest } from "../../src/load/http-exchange.ts";
import { exchange, jsonOf, wire } from "../../src/load/http-exchange.ts";
import { runHttpLoad } from "../../src/load/http-load.ts";
import type { Oracle } from "../../src/load/oracle.ts";
import { createOracle } from "../../src/load/oracle.ts";
import type { Section } from "../../src/report/section.ts";
import { median, show } from "../../src/statistics.ts";
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

const AIM = 3_000;
const AIM_CONNECTIONS = 64;
const PATH = "/api/memory-update";

/**
 * Durable writes, compared with a bare server that parses the same body, sends the same bytes and stores nothing. The
 * figures are valid only if every key holds the last acknowledged value.
 */
export async function measureMemory(platform: BenchPlatform, options: Options): Promise<Section> {
  const headers = platform.writeHeaders;
  const oracle = createOracle(options.keys);
  const post = (body: string): HttpRequest => ({ method: "POST", path: PATH, headers, body });
  // All keys at once first, so that all responses have the same size.
  const first = post(JSON.stringify({ update: oracle.start }));
  const bare = await startBare(first, await exchange(platform.url, first));
  const load = (url: string, { next, onResponse }: Oracle) => {
    return (connections: number, seconds: number) =>
      runHttpLoad({
        url,
        connections,
        seconds,
        next: (connection) => wire(url, post(next(connection, connections))),
        onResponse,
      });
  };
  const loads = {
    vega: load(platform.url, oracle),
    bare: load(bare.url, createOracle(options.keys)),
  };
  const compared: Compared[] = [];
  const faults: string[] = [];
  try {
    for (const connections of [1, 16, AIM_CONNECTIONS]) {
      compared.push(await sideBySide(options, connections, loads));
      const response = await exchange(platform.url, { path: "/api/memory" });
      faults.push(...oracle.faults(jsonOf(response).memory));
    }
  } finally {
    await bare.close();
  }
  const writes = compared.at(-1)?.vega.map(({ perSecond }) => perSecond) ?? [];
  return {
    title: `POST ${PATH}, durable, ${options.keys} keys in each response; bare stores nothing`,
    columns: COMPARED_COLUMNS,
    rows: compared.map(comparedRow),
    notes: [
      generatorNote(compared),
      `${oracle.acknowledged()} writes acknowledged; each key has its last acknowledged value: ${faults.length === 0 ? "yes" : "NO"}`,
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
