import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Tick } from "@vega/contracts";
import { exchange, jsonOf } from "../../src/load/http-exchange.ts";
import type { Spread } from "../../src/statistics.ts";
import { show, spreadOf } from "../../src/statistics.ts";
import { preparePlatform, WITHOUT_BACKUPS } from "../../src/cluster/platform.ts";
import type { Section } from "../../src/report/section.ts";
import { EVERY_MS, growLog } from "../../src/log/growing-log.ts";
import { bytesInUse } from "../../src/log/database-size.ts";

const AIM_P99_MS = 50;
const AIM_START_MS = 5_000;
const TIMES = 300;

interface Size {
  readonly entries: number;
  readonly bytes: number;
  readonly startMs: number;
  readonly asOf: Spread;
}

/** Reads of past state, and the start time, with short and long logs without compaction. */
export async function measureAsOf(template: Tick, sizes: readonly number[]): Promise<Section> {
  const faults: string[] = [];
  const found: Size[] = [];
  for (const entries of sizes) found.push(await measureSize(template, entries, faults));
  const last = found.at(-1);
  return {
    title: `GET /api/status?at=…, ${TIMES} moments spread over the log, sequential requests`,
    columns: ["entries", "database MB", "bytes an entry", "start ms", "p50 ms", "p99 ms"],
    rows: found.map(({ entries, bytes, startMs, asOf }) =>
      [entries, bytes / 1e6, bytes / entries, startMs, asOf.p50, asOf.p99].map(show),
    ),
    aims: [
      {
        what: `p99 under ${AIM_P99_MS} ms at every size`,
        met: found.every(({ asOf }) => asOf.p99 < AIM_P99_MS),
      },
      {
        what: `start with ${show(last?.entries ?? 0)} entries under ${AIM_START_MS / 1_000} s`,
        met: (last?.startMs ?? Infinity) < AIM_START_MS,
      },
    ],
    faults: [...new Set(faults)],
    raw: found,
  };
}

async function measureSize(template: Tick, entries: number, faults: string[]): Promise<Size> {
  const platform = await preparePlatform({ VEGA_LOG_DAYS: "0", ...WITHOUT_BACKUPS });
  const folder = join(platform.folder, "data");
  const path = join(folder, "vega.db");
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const until = Date.now() - 60_000;
    const from = until - entries * EVERY_MS;
    const log = await growLog(path, template, from);
    await log.iterate(entries - 1);
    await log.store.close();
    const bytes = bytesInUse(path);
    const started = performance.now();
    await platform.start();
    const startMs = performance.now() - started;
    await platform.ready();
    const times: number[] = [];
    for (let n = 0; n < TIMES; n += 1) {
      // Spread by the golden ratio, so that no cache of the previous read helps.
      const share = (n * 0.618_034) % 1;
      const at = new Date(from + 10_000 + share * (until - from - 20_000)).toISOString();
      const sent = performance.now();
      const response = await exchange(platform.url, { path: `/api/status?at=${at}` });
      times.push(performance.now() - sent);
      if (response.status !== 200) faults.push(`as of ${at}: status ${response.status}`);
      const { meta }: { meta?: { infinity_loop_iteration: number } } = jsonOf(response);
      const expected = Math.floor((Date.parse(at) - from) / EVERY_MS);
      if (meta?.infinity_loop_iteration !== expected) {
        faults.push(`as of ${at}: iteration ${meta?.infinity_loop_iteration}, not ${expected}`);
      }
    }
    await platform.end("SIGINT");
    return { entries, bytes, startMs, asOf: spreadOf(times) };
  } finally {
    await platform.close();
  }
}
