import { ModelError } from "../models/language-model.ts";
import type { Limits } from "./limits.ts";

/** Timeouts of one call, and the signal that aborts it. */
export interface CallTimeouts {
  /** Aborted by the caller's signal or by a timeout. */
  readonly signal: AbortSignal;
  /** Reason of the abort. */
  readonly error: ModelError | undefined;
  readonly isConnected: boolean;
  connected(): void;
  /** Bytes have arrived: the provider is alive, be it without a token. */
  received(): void;
  firstToken(): void;
  /** The idle timeout runs only while the caller waits for the provider. */
  waiting(isWaiting: boolean): void;
  /** The finish reason has arrived; the rest of the stream gets a short timeout. */
  finished(): void;
  /** Stops the timers and aborts the call, unless its stream was read to the end: then its socket can be reused. */
  close(exhausted: boolean): void;
}

/** Signs of life postpone the timeouts of the first and of the next token by at most this time. */
const LONGEST_WAIT_MS = 600_000;

/** The usage follows the finish reason immediately or never. */
const AFTER_FINISH_MS = 3_000;

export function startTimeouts(limits: Limits, caller: AbortSignal): CallTimeouts {
  const controller = new AbortController();
  let error: ModelError | undefined;
  let isConnected = false;
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
  const { firstTokenMs } = limits;
  const longestMs = Math.max(firstTokenMs, limits.idleMs, LONGEST_WAIT_MS);
  const first = setTimeout(late("first token", firstTokenMs), firstTokenMs);
  const longest = setTimeout(late("token", longestMs), longestMs);
  let phase: "first" | "tokens" | "end" = "first";
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
    get isConnected() {
      return isConnected;
    },
    connected() {
      isConnected = true;
      clearTimeout(connect);
    },
    received() {
      if (phase === "first") first.refresh();
      else if (phase === "tokens") idle?.refresh();
    },
    firstToken() {
      phase = "tokens";
      clearTimeout(first);
      idle ??= startIdle(limits.idleMs);
    },
    waiting(is) {
      isWaiting = is;
      if (!is || !idle) return;
      idle.refresh();
      longest.refresh();
    },
    finished() {
      phase = "end";
      clearTimeout(first);
      clearTimeout(longest);
      clearTimeout(idle);
      idle = startIdle(Math.min(AFTER_FINISH_MS, limits.idleMs));
    },
    close(exhausted) {
      phase = "end";
      clearTimeout(connect);
      clearTimeout(first);
      clearTimeout(longest);
      clearTimeout(idle);
      caller.removeEventListener("abort", cancel);
      if (!exhausted) controller.abort();
    },
  };
}
