import type { Thinned, ThinningStage } from "@vega/contracts";
import { systemContext, thinnedId, thinnedSchema, VegaError } from "@vega/contracts";
import type { Logger } from "@vega/service-kit";
import { setTimeout as delay } from "node:timers/promises";
import { keyOf, planCompaction, decideCompaction } from "./compaction.ts";
import type { LogEntry, Store } from "../store/store.ts";
import type { Writer } from "../log/writer.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Entries that are read at once. */
const PAGE = 500;
/** Approximate entries of one range, and so of one commit; a busy hour has several ranges. */
const MOST = 1_000;
/** Pause after each commit, for other writers. */
const PAUSE_MS = 20;

const CONTEXT = systemContext("state");

export interface RetentionConfig {
  /** Days for which every entry remains; 0: always. */
  readonly days: number;
  /** Days for which the state at the end of each hour is known; after that, of each day. */
  readonly hourlyDays: number;
  /** Days for which entries caused by people remain; 0: always. */
  readonly auditDays: number;
}

export interface LogRetention {
  /** Compacts what is old enough now, unless a compaction is running. Never rejects. */
  due(): Promise<void>;
  /** Resolves when the running step has ended. */
  stop(): Promise<void>;
}

/** Stages that have seen all entries of a range that a stage has seen. */
const MARKS: Record<ThinningStage, readonly ThinningStage[]> = {
  hour: ["hour", "day", "audit"],
  day: ["day", "audit"],
  audit: ["audit"],
};

export function startRetention(options: {
  readonly store: Store;
  readonly writer: Pick<Writer, "submit">;
  readonly config: RetentionConfig;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The last sequence that is on the bus: entries beyond it are not removed. */
  readonly relayed: () => number;
  /** Whether a backup is being written: nothing is removed meanwhile. */
  readonly hold: () => boolean;
}): LogRetention {
  const { store, writer, config, log } = options;
  const { days, hourlyDays, auditDays } = config;
  /** The last sequence that each stage has processed since the start. */
  const done = new Map<ThinningStage, number>();
  let stopping = false;
  let running: Promise<void> | undefined;

  const stages: readonly { stage: ThinningStage; age: number }[] = [
    { stage: "hour", age: days },
    { stage: "day", age: days === 0 ? 0 : Math.max(days, hourlyDays) },
    { stage: "audit", age: auditDays === 0 ? 0 : Math.max(days, hourlyDays, auditDays) },
  ];

  const rangesBetween = async (after: number, last: number): Promise<Thinned[]> => {
    const ids = { after: thinnedId(after), before: thinnedId(last + 1) };
    return (await store.query("log_gaps", ids)).map(({ body }) => thinnedSchema.parse(body));
  };

  const begin = async (stage: ThinningStage): Promise<number> => {
    const found = (await store.query("log_gaps", {})).map(({ body }) => thinnedSchema.parse(body));
    const marks = found.filter((one) => MARKS[stage].includes(one.stage));
    return marks.reduce((most, { until }) => Math.max(most, until), 0);
  };

  /** The entries of the next range, if it is older than the limit. */
  const nextRange = async (
    after: number,
    stage: ThinningStage,
    limit: string,
  ): Promise<{ entries: LogEntry[]; known: Thinned[] }> => {
    const key = ({ time }: LogEntry) => keyOf(time, stage);
    const entries: LogEntry[] = [];
    let known: Thinned[] = [];
    for (let at = after; ;) {
      const page = await store.readLog({ after: at, limit: PAGE });
      const own = entries[0] ? key(entries[0]) : page[0] && key(page[0]);
      if (own === undefined || own >= limit.slice(0, own.length)) return { entries, known };
      for (const entry of page) {
        const last = entries.at(-1)?.sequence ?? 0;
        // An earlier compacted range is not split.
        const isWhole = known.every(({ until }) => until <= last);
        if (key(entry) !== own || (entries.length >= MOST && isWhole)) return { entries, known };
        entries.push(entry);
        if (entries.length >= MOST || entries.length === 1)
          known = await rangesBetween(after, entry.sequence);
      }
      const last = page.at(-1);
      if (!last) return { entries, known };
      at = last.sequence;
    }
  };

  const runStage = async (stage: ThinningStage, limit: string): Promise<number> => {
    let removed = 0;
    let at = done.get(stage) ?? (await begin(stage));
    while (!stopping && !options.hold()) {
      const { entries } = await nextRange(at, stage, limit);
      const last = entries.at(-1)?.sequence;
      if (last === undefined || last > options.relayed()) break;
      const known = await rangesBetween(at, last);
      const plan = planCompaction(entries, at, stage, known);
      if (plan) {
        await writer.submit(decideCompaction(plan), CONTEXT);
        removed += plan.removes.length;
        await delay(PAUSE_MS);
      }
      done.set(stage, (at = last));
    }
    return removed;
  };

  const run = async (): Promise<void> => {
    for (const { stage, age } of stages) {
      if (age === 0 || stopping) continue;
      const limit = new Date(options.now() - age * DAY_MS).toISOString();
      const removed = await runStage(stage, limit);
      if (removed > 0) log.info({ stage, removed, older_than: limit }, "log compacted");
    }
  };

  return {
    due() {
      running ??= run()
        .catch((error: unknown) => {
          done.clear();
          // Another replica compacts too, or the database is unavailable: the next call retries.
          const expected = error instanceof VegaError && error.code !== "internal";
          log[expected ? "debug" : "warn"]({ err: error }, "log compaction failed");
        })
        .finally(() => (running = undefined));
      return running;
    },
    async stop() {
      stopping = true;
      await running;
    },
  };
}
