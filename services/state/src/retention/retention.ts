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
/** Entries of one stretch, and so of one commit, about; a busy hour has several stretches. */
const MOST = 1_000;
/** Between two commits of ours those of others have their turn. */
const PAUSE_MS = 20;

const CONTEXT = systemContext("state");

export interface RetentionConfig {
  /** For so many days every entry stays; 0: for ever. */
  readonly days: number;
  /** For so many days the state at the end of each hour can be told; after that of each day. */
  readonly hourlyDays: number;
  /** For so many days what people did stays; 0: for ever. */
  readonly auditDays: number;
}

export interface LogRetention {
  /** Thins out what is old enough by now, unless it is doing so already. Never rejects. */
  due(): Promise<void>;
  /** Resolves when nothing is under way any more; the step under way is done to its end. */
  stop(): Promise<void>;
}

/** What a stage comes after: those that left their mark in what it has done. */
const MARKS: Record<ThinningStage, readonly ThinningStage[]> = {
  hour: ["hour", "day", "audit"],
  day: ["day", "audit"],
  audit: ["audit"],
};

export function keepRetention(options: {
  readonly store: Store;
  readonly writer: Pick<Writer, "submit">;
  readonly config: RetentionConfig;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The last sequence that is on the bus: what has yet to go there stays. */
  readonly relayed: () => number;
  /** While a backup is written from the log nothing is taken out of it. */
  readonly hold: () => boolean;
}): LogRetention {
  const { store, writer, config, log } = options;
  const { days, hourlyDays, auditDays } = config;
  /** How far each stage has come since the start: the last sequence that it has seen to. */
  const done = new Map<ThinningStage, number>();
  let stopping = false;
  let running: Promise<void> | undefined;

  const stages: readonly { stage: ThinningStage; age: number }[] = [
    { stage: "hour", age: days },
    { stage: "day", age: days === 0 ? 0 : Math.max(days, hourlyDays) },
    { stage: "audit", age: auditDays === 0 ? 0 : Math.max(days, hourlyDays, auditDays) },
  ];

  const stretchesBetween = async (after: number, last: number): Promise<Thinned[]> => {
    const range = { after: thinnedId(after), before: thinnedId(last + 1) };
    return (await store.query("log_gaps", range)).map(({ body }) => thinnedSchema.parse(body));
  };

  const begin = async (stage: ThinningStage): Promise<number> => {
    const found = (await store.query("log_gaps", {})).map(({ body }) => thinnedSchema.parse(body));
    const marks = found.filter((one) => MARKS[stage].includes(one.stage));
    return marks.reduce((most, { until }) => Math.max(most, until), 0);
  };

  /** The next entries that belong together, all of them older than the limit; empty where there are none. */
  const nextStretch = async (
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
        // What was thinned together stays together.
        const isWhole = known.every(({ until }) => until <= last);
        if (key(entry) !== own || (entries.length >= MOST && isWhole)) return { entries, known };
        entries.push(entry);
        if (entries.length >= MOST || entries.length === 1)
          known = await stretchesBetween(after, entry.sequence);
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
      const { entries } = await nextStretch(at, stage, limit);
      const last = entries.at(-1)?.sequence;
      if (last === undefined || last > options.relayed()) break;
      const known = await stretchesBetween(at, last);
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
      if (removed > 0) log.info({ stage, removed, older_than: limit }, "thinned out the log");
    }
  };

  return {
    due() {
      running ??= run()
        .catch((error: unknown) => {
          done.clear();
          // Another replica does the same, or the database is away: next time.
          const expected = error instanceof VegaError && error.code !== "internal";
          log[expected ? "debug" : "warn"]({ err: error }, "the log was not thinned out");
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
