import type { Tick } from "@vega/contracts";
import { createLogger } from "@vega/service-kit";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRetention } from "../../../services/state/src/retention/retention.ts";
import { verifyLog } from "../../../services/state/src/verification/verify-log.ts";
import { show } from "../../src/statistics.ts";
import type { Section } from "../../src/report/section.ts";
import { growLog, ITERATIONS_A_DAY, writerAt } from "../../src/log/growing-log.ts";
import { bytesInUse } from "../../src/log/database-size.ts";

const CONFIG = { days: 7, hourlyDays: 30, auditDays: 0 };
const YEAR = 365;
/** From this day on, one day enters and one leaves each stage of retention, so that growth is constant. */
const STEADY = CONFIG.hourlyDays + 2;

interface Day {
  readonly day: number;
  readonly bytes: number;
  /** Duration of the day's compaction. */
  readonly thinMs: number;
}

/** Daily growth of a database that only the loop writes to, with the default retention. */
export async function measureRetention(template: Tick, days: number): Promise<Section> {
  const folder = await mkdtemp(join(tmpdir(), "vega-bench-growth-"));
  const path = join(folder, "vega.db");
  const found: Day[] = [];
  const faults: string[] = [];
  try {
    const log = await growLog(path, template, Date.parse("2026-01-01T00:00:00Z"));
    for (let day = 1; day <= days; day += 1) {
      await log.iterate(ITERATIONS_A_DAY);
      const writer = writerAt(log.store, log.now);
      await writer.open();
      const started = performance.now();
      await startRetention({
        store: log.store,
        writer,
        config: CONFIG,
        log: createLogger("bench", "warn"),
        now: log.now,
        relayed: () => Infinity,
        hold: () => false,
      }).due();
      found.push({ day, bytes: bytesInUse(path), thinMs: performance.now() - started });
    }
    const verified = await verifyLog(log.store);
    if (!verified.sound) faults.push(`the log is broken: ${verified.reason}`);
    await log.store.close();
  } finally {
    await rm(folder, { recursive: true });
  }
  return {
    title: `The database day by day, ${show(ITERATIONS_A_DAY)} iterations each; ${CONFIG.days} days complete, ${CONFIG.hourlyDays} days hourly, then daily`,
    columns: ["after day", "database MB", "MB more than the day before", "compaction s"],
    rows: found
      .filter(({ day }) => [1, 7, 8, 14, 30, 31, STEADY].includes(day) || day === days)
      .map(({ day, bytes, thinMs }) =>
        [day, bytes / 1e6, growthAt(found, day) / 1e6, thinMs / 1_000].map(show),
      ),
    notes: [yearNote(found, days)],
    aims: [],
    faults,
    raw: found,
  };
}

const growthAt = (found: readonly Day[], day: number): number =>
  (found[day - 1]?.bytes ?? 0) - (found[day - 2]?.bytes ?? 0);

/** Extrapolates a year: growth is linear from the steady day on. */
function yearNote(found: readonly Day[], days: number): string {
  const [first, last] = [found[STEADY - 1], found.at(-1)];
  if (!first || !last || days <= STEADY) return `too few days to extrapolate a year`;
  const slope = (last.bytes - first.bytes) / (last.day - first.day);
  const year = last.bytes + slope * (YEAR - last.day);
  return `extrapolated from days ${first.day} to ${last.day}: ${show(slope / 1e3)} KB a day, ${show(year / 1e6)} MB after a year`;
}
