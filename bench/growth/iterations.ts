import type { Tick } from "@vega/contracts";
import { loop, systemContext } from "@vega/contracts";
import { decideBatch } from "../../services/state/src/log/batch.ts";
import type { Tip } from "../../services/state/src/log/batch.ts";
import { loadWorkingSet } from "../../services/state/src/log/working-set.ts";
import { createWriter } from "../../services/state/src/log/writer.ts";
import { decideAcceptTick } from "../../services/state/src/entities/loop/loop.ts";
import { openSqliteStore } from "../../services/state/src/store/sqlite/sqlite-store.ts";
import type { Change, LogEntry, Store } from "../../services/state/src/store/store.ts";

/** Of a loop at its usual pace. */
export const ITERATIONS_A_DAY = 17_280;
export const EVERY_MS = 86_400_000 / ITERATIONS_A_DAY;
/** Iterations of one commit: a commit each would be a wait for the disk each. */
const AT_ONCE = 500;
const NEXT = { 3: 5, 5: 8, 8: 3 } as const;
const context = systemContext("loop");

/** Nobody waits for an outcome here. */
const nobody = () => undefined;
function fail(error: unknown): never {
  throw error;
}

/** A log that grows by iterations, decided and sealed as state does it, on a clock that runs as fast as that goes. */
export interface GrowingLog {
  readonly store: Store;
  /** Milliseconds since the epoch. */
  now(): number;
  iterate(count: number): Promise<void>;
}

/** @param from where a clock begins, milliseconds since the epoch */
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
 * Begins a log where there is none.
 * @param template a tick of a live system, for what the services report in it
 * @param from where the clock begins, milliseconds since the epoch
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
    const waiting = { command, context, deadline: Infinity, resolve: nobody, reject: fail };
    const decided = decideBatch(tip, [waiting], at);
    if (decided.entries.length !== 1) throw new Error(`iteration ${iteration} was passed over`);
    return decided;
  };

  return {
    store,
    now: () => now,
    async iterate(count) {
      const head = await store.head();
      if (!head) throw new Error("the log is empty");
      let tip: Tip = { head, time: "", set: await loadWorkingSet(store) };
      for (let left = count; left > 0; left -= AT_ONCE) {
        const expectedSequence = tip.head.sequence;
        const entries: LogEntry[] = [];
        const changes: Change[] = [];
        for (let n = 0; n < Math.min(AT_ONCE, left); n += 1) {
          const decided = iterateOnce(tip);
          entries.push(...decided.entries);
          changes.push(...decided.changes);
          ({ tip } = decided);
        }
        const outcome = await store.commit({
          expectedSequence,
          entries,
          changes,
          // As after a run with a bus: a start has nothing to publish.
          relayed: tip.head.sequence,
        });
        if (outcome !== "committed") throw new Error("somebody else writes to the log");
      }
    },
  };
}

/** The newest tick in a database. Throws Error where there is none. */
export async function lastTick(path: string): Promise<Tick> {
  const store = await openSqliteStore(path, "read");
  try {
    const [entry] = await store.queryLog({ type: loop.events.iterated.type, limit: 1 });
    if (!entry) throw new Error("there is no iteration in the log yet");
    return loop.events.iterated.data.parse(entry.data).tick;
  } finally {
    await store.close();
  }
}
