import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { failuresInARow, restartDelay } from "./backoff.ts";
import { EXIT_CODES } from "./operator-error.ts";

const FAILURES_BEFORE_GIVING_UP = 3;
/** How long the last lines of an ended process may take to arrive. */
const LAST_LINES_TIMEOUT_MS = 500;

/** A process to keep running. */
export interface MonitoredProcess {
  readonly name: string;
  /** Runs before each start. */
  prepare?(): Promise<void>;
  spawn(): ChildProcess;
  /** Resolves when it is ready for work; the signal aborts when it has ended. */
  ready(child: ChildProcess, ended: AbortSignal): Promise<void>;
  /** Relays its output; `done` resolves at the end of the output, `reason` is its last error. */
  relay(child: ChildProcess): { readonly done: Promise<unknown>; reason(): string | undefined };
}

/** How a process ended: "exit code 1", "signal SIGKILL"; the code is undefined after a signal. */
export interface ProcessExit {
  readonly how: string;
  readonly code: number | undefined;
}

export interface MonitorEvents {
  started(): void;
  ready(name: string): void;
  restarting(name: string, exit: ProcessExit, delayMs: number): void;
  /** The process is not started again. */
  fatal(name: string, exit: ProcessExit, reason: string | undefined): void;
}

/** Keeps one process running. */
export interface ProcessMonitor {
  readonly name: string;
  /** Of the running process. */
  pid(): number | undefined;
  start(): void;
  /** Ends the running process, which is then started again. SIGKILL for one that hangs. */
  restart(signal?: "SIGTERM" | "SIGKILL"): void;
  /** Resolves when it is ready for the first time. */
  readonly ready: Promise<void>;
  /** SIGTERM, after the grace period SIGKILL. Resolves when it has ended; it is not started again. */
  stop(graceMs: number): Promise<void>;
  kill(): void;
}

/**
 * Restarts a process whenever it ends, with a growing delay while it keeps failing. Gives up ("fatal") on exit code 78
 * (a restart cannot help), and after three failures before it was ready once.
 */
export function createProcessMonitor(
  target: MonitoredProcess,
  events: MonitorEvents,
  now = () => performance.now(),
): ProcessMonitor {
  const { name } = target;
  const firstReady = Promise.withResolvers<void>();
  let child: ChildProcess | undefined;
  let running = Promise.resolve();
  let failures = 0;
  let wasReady = false;
  let isStopping = false;
  let restartTimer: NodeJS.Timeout | undefined;

  const launch = () => {
    running = runOnce();
  };

  const runOnce = async () => {
    const startedAt = now();
    const failure = target.prepare && (await failureOf(target.prepare()));
    if (isStopping) return;
    if (failure) {
      afterExit({ how: `not started: ${failure.message}`, code: undefined }, 0, undefined);
      return;
    }
    const life = new AbortController();
    const launched = target.spawn();
    const relay = target.relay(launched);
    child = launched;
    events.started();
    void target.ready(launched, life.signal).then(() => {
      if (life.signal.aborted || isStopping) return;
      wasReady = true;
      firstReady.resolve();
      events.ready(name);
    });
    const exit = await exitOf(launched);
    life.abort();
    child = undefined;
    await Promise.race([relay.done, sleep(LAST_LINES_TIMEOUT_MS)]);
    if (!isStopping) afterExit(exit, now() - startedAt, relay.reason());
  };

  const afterExit = (exit: ProcessExit, upMs: number, reason: string | undefined) => {
    failures = failuresInARow(failures, upMs);
    if (
      exit.code === EXIT_CODES.configuration ||
      (!wasReady && failures >= FAILURES_BEFORE_GIVING_UP)
    ) {
      events.fatal(name, exit, reason);
      return;
    }
    const delay = restartDelay(failures);
    events.restarting(name, exit, delay);
    restartTimer = setTimeout(launch, delay);
  };

  return {
    name,
    pid: () => child?.pid,
    ready: firstReady.promise,
    start() {
      if (!isStopping) launch();
    },
    restart(signal = "SIGTERM") {
      child?.kill(signal);
    },
    async stop(graceMs) {
      isStopping = true;
      clearTimeout(restartTimer);
      const stopped = child;
      stopped?.kill("SIGTERM");
      const deadline = setTimeout(() => stopped?.kill("SIGKILL"), graceMs);
      await running;
      clearTimeout(deadline);
    },
    kill() {
      isStopping = true;
      clearTimeout(restartTimer);
      child?.kill("SIGKILL");
    },
  };
}

function failureOf(work: Promise<void>): Promise<Error | undefined> {
  return work.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
}

function exitOf(child: ChildProcess): Promise<ProcessExit> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      resolve({ how: signal ? `signal ${signal}` : `exit code ${code}`, code: code ?? undefined });
    });
    // Node also emits this when a signal or message cannot be sent; then the process still runs.
    child.on("error", (error) => {
      if (child.pid === undefined) {
        resolve({ how: `not started: ${error.message}`, code: undefined });
      }
    });
  });
}
