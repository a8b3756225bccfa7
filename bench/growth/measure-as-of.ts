import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Tick } from "@vega/contracts";
import { exchange } from "../exchange.ts";
import type { Spread } from "../figures.ts";
import { show, spreadOf } from "../figures.ts";
import { preparePlatform } from "../platform.ts";
import type { Section } from "../section.ts";
import { EVERY_MS, growLog } from "./iterations.ts";
import { bytesInUse } from "./size.ts";

const AIM_P99_MS = 50;
const AIM_START_MS = 5_000;
const TIMES = 300;

interface Size {
  readonly entries: number;
  readonly bytes: number;
  readonly startMs: number;
  readonly asOf: Spread;
}

/** The state as of moments all over the log, and the start, while the log is short and long. Nothing is thinned out. */
export async function measureAsOf(template: Tick, sizes: readonly number[]): Promise<Section> {
  const faults: string[] = [];
  const found: Size[] = [];
  for (const entries of sizes) found.push(await measureSize(template, entries, faults));
  const last = found.at(-1);
  return {
    title: `GET /api/status?at=…, ${TIMES} moments all over the log, one request after the other`,
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
  const platform = await preparePlatform({
    VEGA_LOG_DAYS: "0",
    // No copies are made of what was filled in while it is read.
    VEGA_BACKUP_HOURS: "0",
    VEGA_SNAPSHOT_SECONDS: "86400",
  });
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
      // Far from one another and in no order, so that nothing is at hand from the one before.
      const share = (n * 0.618_034) % 1;
      const at = new Date(from + 10_000 + share * (until - from - 20_000)).toISOString();
      const asked = performance.now();
      const { status, body } = await exchange(platform.url, {
        path: `/api/status?at=${at}`,
        headers: {},
      });
      times.push(performance.now() - asked);
      if (status !== 200) faults.push(`as of ${at}: status ${status}`);
      const { meta } = JSON.parse(Buffer.from(body).toString()) as {
        meta?: { infinity_loop_iteration: number };
      };
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
