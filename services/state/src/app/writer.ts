import type { RequestContext } from "@vega/contracts";
import { changesOf, VegaError } from "@vega/contracts";
import { randomUUID } from "node:crypto";
import { firstBreak, GENESIS_HASH, seal } from "../domain/chain.ts";
import type { Command, Decision, NewEvent } from "../domain/decision.ts";
import { genesis } from "../domain/seed.ts";
import type { Change, Head, LogEntry, Store } from "../store/store.ts";
import { StoreDamaged } from "../store/store.ts";
import type { WorkingSet } from "./working-set.ts";
import { loadWorkingSet } from "./working-set.ts";

/** Commands that wait at most; beyond it the service is overloaded and says so. */
const MAX_WAITING = 20_000;
/** Commands of one commit, and about how many bytes. */
const MAX_BATCH = 512;
const MAX_BATCH_BYTES = 4 * 1024 * 1024;
/** How often a batch is decided anew because another replica was faster. */
const MAX_ATTEMPTS = 8;

/** What a command led to, and the log's sequence right after it. */
export interface Outcome<Result> {
  readonly result: Result;
  readonly sequence: number;
}

export interface Writer {
  /**
   * Decides a command at the head of the log and resolves when what follows from it is durable.
   * Rejects with VegaError: the command's refusal; `unavailable` where the store is away or the queue full;
   * `timeout` where the deadline (milliseconds since the epoch) was over before its turn, so nothing was done.
   */
  submit<Result>(
    command: Command<Result>,
    context: RequestContext,
    deadline?: number,
  ): Promise<Outcome<Result>>;
  /** The head as of the last commit or load. */
  head(): Head;
  /** Makes sure that the log can be read and has its first entry. */
  open(): Promise<void>;
  /** Resolves when nothing is waiting any more. */
  drain(): Promise<void>;
}

export interface WriterOptions {
  readonly store: Store;
  /** ISO 8601 */
  readonly now: () => string;
  readonly timeScale: number;
  /** After every commit, with its entries. */
  readonly onCommit: (entries: readonly LogEntry[]) => void;
  readonly onCommitFailed: (error: unknown) => void;
  /** The last sequence known to be on the bus; kept with each commit. */
  readonly relayed: () => number;
}

interface Waiting {
  readonly command: Command<unknown>;
  readonly context: RequestContext;
  readonly deadline: number;
  readonly resolve: (outcome: Outcome<unknown>) => void;
  readonly reject: (error: VegaError) => void;
}

/** The state at the head of the log. */
interface Tip {
  readonly head: Head;
  /** Time of the last entry: the log's times never run backwards. */
  readonly time: string;
  readonly set: WorkingSet;
}

/** A settled command: told when the commit is through. */
interface Settled {
  readonly waiting: Waiting;
  readonly decision: Decision<unknown>;
  readonly sequence: number;
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

  /** Reads the head first: should documents be newer than it, the commit conflicts and nothing is lost. */
  const load = async (): Promise<Tip> => {
    const head = await store.head();
    if (!head) {
      await createLog();
      return load();
    }
    const [last] = await store.readLog({ after: head.sequence - 1, limit: 1 });
    return { head, time: last?.time ?? "", set: await loadWorkingSet(store) };
  };

  const createLog = async (): Promise<void> => {
    const now = options.now();
    const batch = sealAll([{ event: genesis(now, options.timeScale), context: SYSTEM }], now, {
      sequence: 0,
      hash: GENESIS_HASH,
    });
    // A conflict means that another replica has made it.
    await store.commit({ expectedSequence: 0, relayed: 0, ...batch });
  };

  /** After a conflict: takes over what other replicas committed. */
  const catchUp = async (from: Tip): Promise<Tip> => {
    let { head, time } = from;
    for (;;) {
      const entries = await store.readLog({ after: head.sequence, limit: 500 });
      if (entries.length === 0) return { head, time, set: from.set };
      const broken = firstBreak(entries, head);
      if (broken) throw new StoreDamaged(`log entry ${broken.sequence}: ${broken.reason}`);
      for (const entry of entries) {
        from.set.apply(changesOf(entry));
        head = moved(head, entry);
        time = entry.time;
      }
    }
  };

  const takeBatch = (): Waiting[] => {
    const batch = queue.splice(0, MAX_BATCH);
    const now = Date.now();
    return batch.filter((waiting) => {
      if (waiting.deadline > now) return true;
      waiting.reject(new VegaError("timeout", "the caller's time was over before its turn"));
      return false;
    });
  };

  /** Decides a batch on a fork of the tip. What no longer fits into one commit is the `rest`. */
  const decide = (from: Tip, batch: readonly Waiting[]) => {
    const set = from.set.fork();
    const now = options.now();
    const time = now > from.time ? now : from.time;
    const settled: Settled[] = [];
    const entries: LogEntry[] = [];
    const changes: Change[] = [];
    let rest: readonly Waiting[] = [];
    let head = from.head;
    let bytes = 0;
    for (const [index, waiting] of batch.entries()) {
      if (bytes > MAX_BATCH_BYTES) {
        rest = batch.slice(index);
        break;
      }
      let decision: Decision<unknown>;
      try {
        decision = waiting.command.decide(set, time);
      } catch (error) {
        waiting.reject(new VegaError("internal", "the decision failed", [], error));
        continue;
      }
      if (decision.ok && decision.events.length > 0) {
        const { context } = waiting;
        const sealed = sealAll(
          decision.events.map((event) => ({ event, context })),
          time,
          head,
        );
        entries.push(...sealed.entries);
        changes.push(...sealed.changes);
        set.apply(sealed.changes);
        bytes += JSON.stringify(sealed.changes).length;
        const last = sealed.entries.at(-1);
        if (last) head = moved(head, last);
      }
      settled.push({ waiting, decision, sequence: head.sequence });
    }
    const after: Tip = { head, time: entries.length > 0 ? time : from.time, set };
    return { tip: after, settled, rest, entries, changes };
  };

  const runBatch = async (batch: readonly Waiting[]): Promise<void> => {
    const namespaces = new Set(batch.flatMap(({ command }) => command.namespaces));
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      tip ??= await load();
      await tip.set.ensure(namespaces);
      const decided = decide(tip, batch);
      const { entries, changes } = decided;
      if (entries.length > 0) {
        const expectedSequence = tip.head.sequence;
        const outcome = await store.commit({
          expectedSequence,
          entries,
          changes,
          relayed: options.relayed(),
        });
        if (outcome === "conflict") {
          const behind: Tip = tip;
          tip = undefined;
          tip = await catchUp(behind);
          continue;
        }
        options.onCommit(entries);
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
      const batch = takeBatch();
      if (batch.length === 0) continue;
      try {
        await runBatch(batch);
      } catch (error) {
        // Whether the commit went through is unknown: what is in memory can't be believed any more.
        tip = undefined;
        options.onCommitFailed(error);
        const away =
          error instanceof VegaError
            ? error
            : new VegaError("unavailable", "the database is away; try again", [], error);
        for (const waiting of batch) waiting.reject(away);
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
    async open() {
      tip = await load();
    },
    async drain() {
      while (working || queue.length > 0) {
        kick();
        await working;
      }
    },
  };
}

const SYSTEM: RequestContext = { actor: { id: "system:state" } };

const moved = (head: Head, { sequence, hash }: LogEntry): Head => ({ ...head, sequence, hash });

/** Gives events their places in the log and gathers the document changes that follow from them. */
function sealAll(
  events: readonly { event: NewEvent; context: RequestContext }[],
  time: string,
  after: { sequence: number; hash: string },
): { entries: LogEntry[]; changes: Change[] } {
  const entries: LogEntry[] = [];
  const changes: Change[] = [];
  let { sequence, hash } = after;
  for (const { event, context } of events) {
    const { type, subject, data } = event;
    const entry = seal({
      sequence: (sequence += 1),
      id: randomUUID(),
      type,
      subject,
      time,
      context,
      data,
      // As random as bytes of our own, and several times cheaper.
      salt: randomUUID(),
      previous_hash: hash,
    });
    ({ hash } = entry);
    entries.push(entry);
    changes.push(...changesOf(entry), ...event.attached);
  }
  return { entries, changes };
}
