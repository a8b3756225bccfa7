import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { failuresInARow, restartDelay } from "./backoff.ts";

/** sysexits.h EX_CONFIG, by which a service says that a restart is no use: bad configuration, a damaged database. */
const EX_CONFIG = 78;
const FAILURES_BEFORE_GIVING_UP = 3;
/** How long an ended process's last lines may take to arrive. */
const LAST_LINES_MS = 500;

/** A process to keep running. */
export interface KeptProcess {
  readonly name: string;
  /** What has to be done before each start. */
  prepare?(): Promise<void>;
  spawn(): ChildProcess;
  /** Resolves when it is ready for work; the signal aborts when it has ended. */
  ready(child: ChildProcess, ended: AbortSignal): Promise<void>;
  /** Passes its output on; `done` resolves at its end, and `reason` is what it complained about. */
  relay(child: ChildProcess): { readonly done: Promise<unknown>; reason(): string | undefined };
}

/** What its keeper reports. `how` is the way it ended, such as "exit code 1". */
export interface KeeperEvents {
  started(): void;
  ready(name: string): void;
  restarting(name: string, how: string, delayMs: number): void;
  hopeless(name: string, how: string, reason: string | undefined): void;
}

export interface Keeper {
  readonly name: string;
  /** Of the running process. */
  pid(): number | undefined;
  start(): void;
  /** Has the running process end and start anew; by force where it would not hear a wish. */
  restart(signal?: "SIGTERM" | "SIGKILL"): void;
  /** Resolves when it is ready for the first time. */
  readonly ready: Promise<void>;
  /** SIGTERM, after the grace SIGKILL. Resolves when it has ended; it is not started again. */
  stop(graceMs: number): Promise<void>;
  kill(): void;
}

/**
 * Starts a process again whenever it ends, after a pause that grows while it keeps failing. Gives up, as "hopeless",
 * on exit code 78, and when it fails three times before it was ever ready.
 */
export function keep(
  kept: KeptProcess,
  events: KeeperEvents,
  now = () => performance.now(),
): Keeper {
  const { name } = kept;
  const firstReady = Promise.withResolvers<void>();
  let child: ChildProcess | undefined;
  let ended = Promise.resolve();
  let failures = 0;
  let everReady = false;
  let stopping = false;
  let pause: NodeJS.Timeout | undefined;

  const launch = () => {
    ended = live();
  };

  const live = async () => {
    const startedAt = now();
    const failure = kept.prepare && (await failureOf(kept.prepare()));
    if (stopping) return;
    if (failure) {
      afterEnd({ how: `no start: ${failure.message}`, code: undefined }, 0, undefined);
      return;
    }
    const life = new AbortController();
    const launched = kept.spawn();
    const relay = kept.relay(launched);
    child = launched;
    events.started();
    void kept.ready(launched, life.signal).then(() => {
      if (life.signal.aborted || stopping) return;
      everReady = true;
      firstReady.resolve();
      events.ready(name);
    });
    const result = await end(launched);
    life.abort();
    child = undefined;
    await Promise.race([relay.done, sleep(LAST_LINES_MS)]);
    if (!stopping) afterEnd(result, now() - startedAt, relay.reason());
  };

  const afterEnd = ({ how, code }: Ending, upMs: number, reason: string | undefined) => {
    failures = failuresInARow(failures, upMs);
    if (code === EX_CONFIG || (!everReady && failures >= FAILURES_BEFORE_GIVING_UP)) {
      events.hopeless(name, how, reason);
      return;
    }
    const delay = restartDelay(failures);
    events.restarting(name, how, delay);
    pause = setTimeout(launch, delay);
  };

  return {
    name,
    pid: () => child?.pid,
    ready: firstReady.promise,
    start() {
      if (!stopping) launch();
    },
    restart(signal = "SIGTERM") {
      child?.kill(signal);
    },
    async stop(graceMs) {
      stopping = true;
      clearTimeout(pause);
      const target = child;
      target?.kill("SIGTERM");
      const deadline = setTimeout(() => target?.kill("SIGKILL"), graceMs);
      await ended;
      clearTimeout(deadline);
    },
    kill() {
      stopping = true;
      clearTimeout(pause);
      child?.kill("SIGKILL");
    },
  };
}

interface Ending {
  readonly how: string;
  readonly code: number | undefined;
}

function failureOf(work: Promise<void>): Promise<Error | undefined> {
  return work.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
}

function end(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      resolve({ how: signal ? `signal ${signal}` : `exit code ${code}`, code: code ?? undefined });
    });
    // Also emitted when a signal or a message can't be sent, which says nothing about the end.
    child.on("error", (error) => {
      if (child.pid === undefined) resolve({ how: `no start: ${error.message}`, code: undefined });
    });
  });
}
