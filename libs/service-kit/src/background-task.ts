/** Delay before a failed run is repeated: doubled with each further failure, up to `maxMs`, with jitter. */
export interface Backoff {
  readonly minMs: number;
  readonly maxMs: number;
}

/** The time that a task lives in. */
export interface TaskClock {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Calls back after a delay. Returns a function that cancels it. */
  schedule(callback: () => void, delayMs: number): () => void;
  /** From 0 up to 1. */
  random(): number;
}

/** `retry`: not done yet, without an error; repeated after the back-off. */
export type RunOutcome = "retry" | void;

export interface BackgroundTaskOptions {
  /** Appears in the reports of errors. */
  readonly name: string;
  /** Period in milliseconds, from the start of one run to the start of the next. Without it, only triggers start runs. */
  readonly every?: number;
  /** Whether the first run starts at once (default) or with the first period or trigger. */
  readonly immediate?: boolean;
  /** Without it, a failed run is repeated with the next period or trigger only. */
  readonly backoff?: Backoff;
  /** The signal aborts when the task is stopped. */
  readonly run: (signal: AbortSignal) => Promise<RunOutcome> | RunOutcome;
  /** Receives the error of every failed run, with the number of failures since the last success. */
  readonly onError: (error: unknown, about: { name: string; failures: number }) => void;
  /** Stops the task, like `stop`. */
  readonly signal?: AbortSignal;
  readonly clock?: TaskClock;
}

export interface BackgroundTask extends AsyncDisposable {
  /** Starts a run, right after the one under way if there is one. A back-off that is under way is not cut short. */
  trigger(): void;
  /** The same without a back-off: the reason for the failures is gone. */
  triggerNow(): void;
  /** Triggers a run and resolves when it has ended, with or without an error, or the task was stopped. */
  runOnce(): Promise<void>;
  /** Starts no further run. Resolves when the run under way has ended. */
  stop(): Promise<void>;
}

const systemClock: TaskClock = {
  now: () => performance.now(),
  schedule(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    // A task alone keeps no process alive.
    timer.unref();
    return () => clearTimeout(timer);
  },
  random: Math.random,
};

/** Between the half and the whole of the doubled delay, so that replicas do not retry in step. */
export function backoffDelay({ minMs, maxMs }: Backoff, failures: number, random: number): number {
  const full = Math.min(maxMs, minMs * 2 ** Math.min(failures - 1, 30));
  return full * (0.5 + random / 2);
}

/** Runs something again and again in the background, one run at a time. */
export function startBackgroundTask(options: BackgroundTaskOptions): BackgroundTask {
  const { name, every, backoff, run, onError, clock = systemClock } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  /** Resolved by the end of the next run that starts. */
  let nextRun = Promise.withResolvers<void>();
  let running: Promise<void> | undefined;
  let cancelTimer: (() => void) | undefined;
  let isTriggered = false;
  let isBackingOff = false;
  /** Errors and outcomes `retry` in a row; only errors are reported. */
  let attempts = 0;
  let failures = 0;

  const attempt = async (): Promise<RunOutcome | "failed"> => {
    // Not within the trigger: what triggers a run, a commit for example, does not wait for it.
    await Promise.resolve();
    if (signal.aborted) return;
    try {
      const outcome = await run(signal);
      failures = 0;
      return outcome;
    } catch (error) {
      failures += 1;
      try {
        onError(error, { name, failures });
      } catch (cause) {
        // Neither lost nor the end of the task: the process reports it as an unhandled rejection.
        void Promise.reject(cause);
      }
      return "failed";
    }
  };

  const schedule = (delayMs: number) => {
    cancelTimer = clock.schedule(start, Math.max(0, delayMs));
  };

  const start = () => {
    if (running || signal.aborted) return;
    cancelTimer?.();
    isTriggered = false;
    isBackingOff = false;
    const ended = nextRun;
    nextRun = Promise.withResolvers();
    const startedAt = clock.now();
    running = attempt().then((outcome) => {
      running = undefined;
      ended.resolve();
      if (signal.aborted) return;
      attempts = outcome === undefined ? 0 : attempts + 1;
      if (attempts > 0 && backoff) {
        isBackingOff = true;
        schedule(backoffDelay(backoff, attempts, clock.random()));
      } else if (isTriggered) start();
      else if (every !== undefined) schedule(startedAt + every - clock.now());
    });
  };

  const trigger = () => {
    isTriggered = true;
    if (!isBackingOff) start();
  };

  const stop = async () => {
    stopping.abort();
    cancelTimer?.();
    await running;
    nextRun.resolve();
  };

  if (options.signal?.aborted) stopping.abort();
  else options.signal?.addEventListener("abort", () => void stop(), { once: true, signal });
  if (options.immediate !== false) start();
  else if (every !== undefined) schedule(every);

  return {
    trigger,
    triggerNow() {
      isBackingOff = false;
      attempts = 0;
      trigger();
    },
    runOnce() {
      if (signal.aborted) return Promise.resolve();
      trigger();
      // Still triggered: a run or a back-off is under way, and the run that counts comes after it.
      return isTriggered ? nextRun.promise : (running ?? Promise.resolve());
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
