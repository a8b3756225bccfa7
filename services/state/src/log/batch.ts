import type { RequestContext } from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import { clockBeside } from "../clock/clock.ts";
import type { Command, Decision } from "./decision.ts";
import type { Change, Head, LogEntry } from "../store/store.ts";
import { clockMark } from "../history/last-until.ts";
import { sealAll } from "./seal-all.ts";
import type { WorkingSet } from "./working-set.ts";

/** Approximate bytes of one commit; a larger batch is split. */
const MAX_BYTES = 4 * 1024 * 1024;

/** The result of a command, and the log's sequence right after it. */
export interface Outcome<Result> {
  readonly result: Result;
  readonly sequence: number;
}

/** A queued command with its caller's callbacks. */
export interface Waiting {
  readonly command: Command<unknown>;
  readonly context: RequestContext;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly resolve: (outcome: Outcome<unknown>) => void;
  readonly reject: (error: VegaError) => void;
}

/** The state at the head of the log. */
export interface Tip {
  readonly head: Head;
  /** Time of the last entry: the log's times never decrease. */
  readonly time: string;
  readonly set: WorkingSet;
}

export interface DecidedBatch {
  /** The state once the batch is committed. */
  readonly tip: Tip;
  /** Settled once the batch is committed. */
  readonly settled: readonly {
    readonly waiting: Waiting;
    readonly decision: Decision<unknown>;
    readonly sequence: number;
  }[];
  /** Commands that do not fit into this commit. */
  readonly rest: readonly Waiting[];
  readonly entries: readonly LogEntry[];
  readonly changes: readonly Change[];
  /** Sequences of older entries; see `Batch`. */
  readonly erased: readonly number[];
  readonly originErased: readonly number[];
  readonly removed: readonly number[];
}

/**
 * Decides commands in order on a fork of the tip: each sees the changes of those before it. Commands are decided by the
 * clock; entries get a time that is not before that of the last entry.
 * @param now the clock of this process, ISO 8601
 */
export function decideBatch(from: Tip, batch: readonly Waiting[], now: string): DecidedBatch {
  const set = from.set.fork();
  const time = now > from.time ? now : from.time;
  const stamp = { time, ...clockBeside(time, now) };
  const settled: DecidedBatch["settled"][number][] = [];
  const entries: LogEntry[] = [];
  const changes: Change[] = [];
  const erased: number[] = [];
  const originErased: number[] = [];
  const removed: number[] = [];
  let { sequence, hash } = from.head;
  let bytes = 0;
  let taken = 0;
  for (const waiting of batch) {
    if (bytes > MAX_BYTES) break;
    taken += 1;
    const decision = decideOne(waiting, set, now, sequence + 1);
    if (!decision) continue;
    if (decision.ok && decision.events.length > 0) {
      const { context } = waiting;
      const events = decision.events.map((event) => ({ event, context }));
      const sealed = sealAll(events, stamp, { sequence, hash });
      entries.push(...sealed.entries);
      changes.push(...sealed.changes);
      erased.push(...decision.events.flatMap((event) => event.erases ?? []));
      originErased.push(...decision.events.flatMap((event) => event.erases_origin ?? []));
      removed.push(...decision.events.flatMap((event) => event.removes ?? []));
      set.apply(sealed.changes);
      bytes += JSON.stringify(sealed.changes).length;
      ({ sequence, hash } = sealed.entries.at(-1) ?? { sequence, hash });
    }
    settled.push({ waiting, decision, sequence });
  }
  if (entries.length > 0 && stamp.clock !== undefined) changes.push(clockMark(now, sequence));
  return {
    tip: {
      head: { ...from.head, sequence, hash },
      time: entries.length > 0 ? time : from.time,
      set,
    },
    settled,
    rest: batch.slice(taken),
    entries,
    changes,
    erased,
    originErased,
    removed,
  };
}

/** A decision that throws fails its own command only. */
function decideOne(
  { command, reject }: Waiting,
  set: WorkingSet,
  now: string,
  sequence: number,
): Decision<unknown> | undefined {
  try {
    return command.decide(set, now, sequence);
  } catch (error) {
    reject(new VegaError("internal", "the decision failed", [], error));
    return undefined;
  }
}
