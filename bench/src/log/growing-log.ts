import type { Tick } from "@vega/contracts";
import { loop, systemContext } from "@vega/contracts";
import { decideBatch } from "../../../services/state/src/log/batch.ts";
import type { Tip } from "../../../services/state/src/log/batch.ts";
import { loadWorkingSet } from "../../../services/state/src/log/working-set.ts";
import { createWriter } from "../../../services/state/src/log/writer.ts";
import { decideAcceptTick } from "../../../services/state/src/entities/loop/commands.ts";
import { openSqliteStore } from "../../../services/state/src/store/sqlite/sqlite-store.ts";
import type { Change, LogEntry, Store } from "../../../services/state/src/store/store.ts";

/** At the default interval. */
export const ITERATIONS_A_DAY = 17_280;
export const EVERY_MS = 86_400_000 / ITERATIONS_A_DAY;
/** Iterations of one commit; one commit each would wait for the disk each time. */
const BATCH = 500;
const NEXT = { 3: 5, 5: 8, 8: 3 } as const;
const context = systemContext("loop");

const ignore = () => undefined;
function fail(error: unknown): never {
  throw error;
}

/** A log that grows by iterations, decided and sealed by state's own code, on a simulated clock. */
export interface GrowingLog {
  readonly store: Store;
  /** Milliseconds since the epoch. */
  now(): number;
  iterate(count: number): Promise<void>;
}

export const writerAt = (store: Store, now: () => number) =>
  createWriter({
    store,
    now: () => new Date(now()).toISOString(),
    timeScale: 1,
    relayed: () => 0,
    onCommit: () => undefined,
    onCommitFailed: fail,
  });

/**
 * Creates a log.
 * @param template a tick of a live system, for the reports of its services
 * @param from start of the clock, milliseconds since the epoch
 */
export async function growLog(path: string, template: Tick, from: number): Promise<GrowingLog> {
  const store = await openSqliteStore(path);
  let now = from;
  await writerAt(store, () => now).open();
  const crystal = (await loadWorkingSet(store)).crystal();
  let { iteration, phase } = crystal.loop;

  const iterateOnce = (tip: Tip) => {
    now += EVERY_MS;
    iteration += 1;
    phase = NEXT[phase];
    const at = new Date(now).toISOString();
    const next_at = new Date(now + EVERY_MS).toISOString();
    const moved = { iteration, phase, planned_at: at, actual_at: at, next_at };
    const command = decideAcceptTick({ ...template, ...moved, trigger: "timer" });
    const waiting = { command, context, deadline: Infinity, resolve: ignore, reject: fail };
    const decided = decideBatch(tip, [waiting], at);
    if (decided.entries.length !== 1) throw new Error(`iteration ${iteration} was skipped`);
    return decided;
  };

  return {
    store,
    now: () => now,
    async iterate(count) {
      const head = await store.head();
      if (!head) throw new Error("the log is empty");
      let tip: Tip = { head, time: "", set: await loadWorkingSet(store) };
      for (let left = count; left > 0; left -= BATCH) {
        const expectedSequence = tip.head.sequence;
        const entries: LogEntry[] = [];
        const changes: Change[] = [];
        for (let n = 0; n < Math.min(BATCH, left); n += 1) {
          const decided = iterateOnce(tip);
          entries.push(...decided.entries);
          changes.push(...decided.changes);
          ({ tip } = decided);
        }
        const outcome = await store.commit({
          expectedSequence,
          entries,
          changes,
          // All is relayed, as after a run with a bus: a start has nothing to publish.
          relayed: tip.head.sequence,
        });
        if (outcome !== "committed") throw new Error("another writer has written to the log");
      }
    },
  };
}

/** The newest tick in a database. Throws Error for a log without a tick. */
export async function lastTick(path: string): Promise<Tick> {
  const store = await openSqliteStore(path, "read");
  try {
    const [entry] = await store.queryLog({ type: loop.events.iterated.type, limit: 1 });
    if (!entry) throw new Error("the log has no iteration");
    return loop.events.iterated.data.parse(entry.data).tick;
  } finally {
    await store.close();
  }
}
