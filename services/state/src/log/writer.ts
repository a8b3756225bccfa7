import type { JsonObject, RequestContext } from "@vega/contracts";
import { VegaError, changesOf, systemContext, users } from "@vega/contracts";
import { setTimeout as delay } from "node:timers/promises";
import { firstBreak, GENESIS_HASH } from "./chain.ts";
import type { Command } from "./decision.ts";
import { genesis } from "../entities/crystal/seed.ts";
import type { Batch, Head, LogEntry, Store } from "../store/store.ts";
import { StoreCorruptError } from "../store/store.ts";
import { toUnavailableError, isUnavailable } from "../store/unavailable.ts";
import type { Outcome, Tip, Waiting } from "./batch.ts";
import { decideBatch } from "./batch.ts";
import { sealAll } from "./seal-all.ts";
import { createCommitBackoff } from "./commit-backoff.ts";
import { loadWorkingSet } from "./working-set.ts";

/** Most commands that wait; further ones are refused as `unavailable`. */
const MAX_WAITING = 20_000;
/** Commands of one commit. */
const MAX_BATCH = 512;
/**
 * Time for which a batch is retried after conflicts, ms. A number of attempts would not do: of two replicas that write
 * all the time each loses every second one.
 */
const CONFLICT_RETRY_MS = 5_000;

/** Milliseconds since the epoch, to their fractions. */
const steadyNow = () => performance.timeOrigin + performance.now();

/** The commands whose deadline has not passed; the others are rejected with `timeout`. */
function stillWaiting(batch: readonly Waiting[]): readonly Waiting[] {
  const now = Date.now();
  return batch.filter((waiting) => {
    if (waiting.deadline > now) return true;
    waiting.reject(new VegaError("timeout", "the deadline passed before the command was decided"));
    return false;
  });
}

export interface Writer {
  /**
   * Decides a command at the head of the log and resolves when its events are durable.
   * Rejects with VegaError: the command's refusal; `unavailable` where the store is unavailable or the queue full;
   * `timeout` where the deadline (milliseconds since the epoch) passed before it was decided.
   */
  submit<Result>(
    command: Command<Result>,
    context: RequestContext,
    deadline?: number,
  ): Promise<Outcome<Result>>;
  /** The head as of the last commit or load. */
  head(): Head;
  /**
   * The schema of a namespace as of the last commit or load; undefined where it is not in memory. A command that relies
   * on it has to compare it with the view's.
   */
  schemaOf(namespace: string): JsonObject | null | undefined;
  /** Time of the last entry as of the last commit or load; undefined where it is not known. */
  lastTime(): string | undefined;
  /** Loads the log, and writes its first entry into an empty one. */
  open(): Promise<void>;
  /** Commands that wait for their commit. */
  waiting(): number;
  /** Resolves when nothing is waiting any more. */
  drain(): Promise<void>;
}

/** An attempt to commit, and its outcome. Times: milliseconds since the epoch. */
export interface CommitAttempt {
  readonly entries: readonly LogEntry[];
  /** `failed`: it is unknown whether the commit was written. */
  readonly outcome: "committed" | "conflict" | "failed";
  readonly startedAt: number;
  readonly endedAt: number;
}

export interface WriterOptions {
  readonly store: Store;
  /** The clock of this process, ISO 8601. */
  readonly now: () => string;
  readonly timeScale: number;
  /** After every commit, with its entries. */
  readonly onCommit: (entries: readonly LogEntry[]) => void;
  readonly onCommitFailed: (error: unknown) => void;
  /** After every attempt, before its callers get their results. */
  readonly onAttempt?: (attempt: CommitAttempt) => void;
  /** The last sequence known to be on the bus; kept with each commit. */
  readonly relayed: () => number;
}

/**
 * The single writer of a replica: takes all commands that are waiting, decides them one after the other and
 * commits what follows in one transaction, so that throughput does not hang on one fsync per command.
 */
export function createWriter(options: WriterOptions): Writer {
  const { store } = options;
  const queue: Waiting[] = [];
  let tip: Tip | undefined;
  let working: Promise<void> | undefined;
  /** Id of the log once loaded: an empty database is an error then. */
  let known: string | undefined;
  const backoff = createCommitBackoff();

  /** Reads the head first: should documents be newer than it, the commit conflicts and nothing is lost. */
  const load = async (): Promise<Tip> => {
    const head = await store.head();
    if (known !== undefined && head?.logId !== known) {
      throw new StoreCorruptError(`the database no longer holds the log ${known}`);
    }
    if (!head) {
      await createLog();
      return load();
    }
    known = head.logId;
    const [last] = await store.readLog({ after: head.sequence - 1, limit: 1 });
    return { head, time: last?.time ?? "", set: await loadWorkingSet(store) };
  };

  const createLog = async (): Promise<void> => {
    const first = sealAll(
      [{ event: genesis(options.now(), options.timeScale), context: systemContext("state") }],
      { time: options.now() },
      { sequence: 0, hash: GENESIS_HASH },
    );
    // A conflict means that another replica has made it.
    await store.commit({ expectedSequence: 0, relayed: 0, ...first });
  };

  /** After a conflict: applies the commits of other replicas. */
  const catchUp = async (from: Tip): Promise<Tip> => {
    let { head, time } = from;
    const now = await store.head();
    // The stored log is not ahead: it was cut or replaced.
    if (!now || now.logId !== head.logId || now.sequence <= head.sequence) return load();
    for (;;) {
      const entries = await store.readLog({ after: head.sequence, limit: 500 });
      if (entries.length === 0) return { head, time, set: from.set };
      const broken = firstBreak(entries, head);
      if (broken) throw new StoreCorruptError(`log entry ${broken.sequence}: ${broken.reason}`);
      for (const entry of entries) {
        from.set.apply(changesOf(entry));
        if (entry.type === users.events.erased.type) {
          from.set.forget(users.events.erased.data.parse(entry.data).user_id);
        }
      }
      const last = entries.at(-1);
      if (last) {
        head = { ...from.head, sequence: last.sequence, hash: last.hash };
        ({ time } = last);
      }
    }
  };

  const tryCommit = async (decided: Batch): Promise<"committed" | "conflict"> => {
    const startedAt = steadyNow();
    let outcome: CommitAttempt["outcome"] = "failed";
    try {
      return (outcome = await store.commit(decided));
    } finally {
      const { entries } = decided;
      const attempt = { entries, outcome, startedAt, endedAt: steadyNow() };
      backoff.record(attempt);
      options.onAttempt?.(attempt);
    }
  };

  /** After a conflict the batch is decided again, together with commands that arrived meanwhile. */
  const runBatch = async (batch: Waiting[]): Promise<void> => {
    const giveUpAt = steadyNow() + CONFLICT_RETRY_MS;
    while (steadyNow() < giveUpAt) {
      // Checked on each attempt: a command must not take effect after its caller got an error.
      batch.splice(0, batch.length, ...stillWaiting(batch));
      if (batch.length === 0) return;
      tip ??= await load();
      await tip.set.load(batch.flatMap(({ command }) => command.reads));
      const decided = decideBatch(tip, batch, options.now());
      const { entries, changes, erased, originErased, removed } = decided;
      if (entries.length > 0) {
        const expectedSequence = tip.head.sequence;
        const outcome = await tryCommit({
          expectedSequence,
          entries,
          changes,
          erased,
          originErased,
          removed,
          relayed: options.relayed(),
        });
        if (outcome === "conflict") {
          tip = await catchUp(tip);
          batch.push(...queue.splice(0, MAX_BATCH - batch.length));
          continue;
        }
        options.onCommit(entries);
      } else if ((await store.head())?.sequence !== tip.head.sequence) {
        // Refusals and no-ops too are decided at the head of the log.
        tip = await catchUp(tip);
        continue;
      }
      tip = decided.tip;
      queue.unshift(...decided.rest);
      for (const { waiting, decision, sequence } of decided.settled) {
        if (decision.ok) waiting.resolve({ result: decision.result, sequence });
        else waiting.reject(decision.error);
      }
      return;
    }
    throw new VegaError("unavailable", "other replicas were faster each time; try again");
  };

  const work = async (): Promise<void> => {
    while (queue.length > 0) {
      const batch = queue.splice(0, MAX_BATCH);
      try {
        await runBatch(batch);
      } catch (error) {
        await fail(batch, error);
      }
      const pause = backoff.pauseMs(steadyNow(), Math.random());
      if (pause > 0) await delay(pause);
    }
  };

  /** After a failed commit: it may have been written, so the state in memory is dropped. */
  const fail = async (batch: readonly Waiting[], error: unknown): Promise<void> => {
    tip = undefined;
    options.onCommitFailed(error);
    if (isUnavailable(error) || error instanceof VegaError) {
      for (const { reject } of batch)
        reject(isUnavailable(error) ? toUnavailableError(error) : error);
    } else if (batch.length === 1) {
      batch[0]?.reject(new VegaError("internal", "the commit failed", [], error));
    } else {
      // The database refuses the batch because of one command: the others are retried one by one.
      for (const one of batch) {
        const alone = [one];
        await runBatch(alone).catch((reason: unknown) => fail(alone, reason));
      }
    }
  };

  const kick = () => {
    working ??= work().finally(() => {
      working = undefined;
      if (queue.length > 0) kick();
    });
  };

  return {
    submit<Result>(
      command: Command<Result>,
      context: RequestContext,
      deadline = Number.POSITIVE_INFINITY,
    ) {
      if (queue.length >= MAX_WAITING) {
        return Promise.reject(
          new VegaError("unavailable", "too many writes are waiting; try again"),
        );
      }
      return new Promise<Outcome<Result>>((resolve, reject) => {
        queue.push({
          command,
          context,
          deadline,
          resolve: resolve as (outcome: Outcome<unknown>) => void,
          reject,
        });
        // What arrives in the same turn of the event loop goes into the same commit.
        setImmediate(kick);
      });
    },
    head() {
      if (!tip) throw new VegaError("unavailable", "the log has not been read; try again");
      return tip.head;
    },
    schemaOf: (namespace) => tip?.set.schemaOf(namespace),
    lastTime: () => tip?.time,
    async open() {
      tip = await load();
    },
    waiting: () => queue.length,
    async drain() {
      while (working || queue.length > 0) {
        kick();
        await working;
      }
    },
  };
}
