import { ModelError } from "../models/language-model.ts";
import type { Limits } from "./limits.ts";

/** Timeouts of one call, and the signal that aborts it. */
export interface CallTimeouts {
  /** Aborted by the caller's signal or by a timeout. */
  readonly signal: AbortSignal;
  /** Reason of the abort. */
  readonly error: ModelError | undefined;
  connected(): void;
  firstToken(): void;
  /** The idle timeout runs only while the caller waits for the provider. */
  waiting(isWaiting: boolean): void;
  /** The finish reason has arrived; the rest of the stream gets a short timeout. */
  finished(): void;
  /** Stops the timers and aborts the call, unless its stream was read to the end: then its socket can be reused. */
  close(exhausted: boolean): void;
}

/** The usage follows the finish reason immediately or never. */
const AFTER_FINISH_MS = 3_000;

export function startTimeouts(limits: Limits, caller: AbortSignal): CallTimeouts {
  const controller = new AbortController();
  let error: ModelError | undefined;
  let isWaiting = true;
  let idle: NodeJS.Timeout | undefined;

  const abort = (reason: ModelError) => {
    error ??= reason;
    controller.abort(reason);
  };
  const late = (event: string, ms: number) => () =>
    abort(new ModelError("timed_out", `no ${event} within ${ms} ms`));
  const cancel = () => abort(new ModelError("cancelled", "the call was cancelled"));

  const connect = setTimeout(late("connection", limits.connectMs), limits.connectMs);
  const first = setTimeout(late("first token", limits.firstTokenMs), limits.firstTokenMs);
  const startIdle = (ms: number) =>
    setTimeout(() => {
      if (isWaiting) abort(new ModelError("timed_out", `the stream stalled for ${ms} ms`));
    }, ms);

  if (caller.aborted) cancel();
  else caller.addEventListener("abort", cancel, { once: true });

  return {
    signal: controller.signal,
    get error() {
      return error;
    },
    connected: () => clearTimeout(connect),
    firstToken() {
      clearTimeout(first);
      idle ??= startIdle(limits.idleMs);
    },
    waiting(is) {
      isWaiting = is;
      if (is) idle?.refresh();
    },
    finished() {
      clearTimeout(first);
      clearTimeout(idle);
      idle = startIdle(Math.min(AFTER_FINISH_MS, limits.idleMs));
    },
    close(exhausted) {
      clearTimeout(connect);
      clearTimeout(first);
      clearTimeout(idle);
      caller.removeEventListener("abort", cancel);
      if (!exhausted) controller.abort();
    },
  };
}
