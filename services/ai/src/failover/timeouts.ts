import { ModelFault } from "../models/language-model.ts";
import type { Limits } from "./limits.ts";

/** The times of one call, and its one signal. */
export interface Watch {
  /** Aborted when the caller goes away or a time is over. */
  readonly signal: AbortSignal;
  /** Why it was aborted. */
  readonly fault: ModelFault | undefined;
  connected(): void;
  firstToken(): void;
  /** Only while somebody waits for the provider does its silence count. */
  waiting(is: boolean): void;
  /** All is said; what may still come is not waited for long. */
  finished(): void;
  /** Ends the call itself, too, unless it has come to its end: then its connection may be used again. */
  close(ended: boolean): void;
}

/** After the finish comes a count of tokens, at once or not at all. */
const AFTER_FINISH_MS = 3_000;

export function startWatch(limits: Limits, caller: AbortSignal): Watch {
  const controller = new AbortController();
  let fault: ModelFault | undefined;
  let isWaiting = true;
  let idle: NodeJS.Timeout | undefined;

  const stop = (reason: ModelFault) => {
    fault ??= reason;
    controller.abort(reason);
  };
  const late = (what: string, ms: number) => () =>
    stop(new ModelFault("timed_out", `${what} within ${ms} ms`));
  const cancel = () => stop(new ModelFault("cancelled", "the caller went away"));

  const connect = setTimeout(late("no connection", limits.connectMs), limits.connectMs);
  const first = setTimeout(late("no first token", limits.firstTokenMs), limits.firstTokenMs);
  const silence = (ms: number) =>
    setTimeout(() => {
      if (isWaiting) stop(new ModelFault("timed_out", `the stream stood still for ${ms} ms`));
    }, ms);

  if (caller.aborted) cancel();
  else caller.addEventListener("abort", cancel, { once: true });

  return {
    signal: controller.signal,
    get fault() {
      return fault;
    },
    connected: () => clearTimeout(connect),
    firstToken() {
      clearTimeout(first);
      idle ??= silence(limits.idleMs);
    },
    waiting(is) {
      isWaiting = is;
      if (is) idle?.refresh();
    },
    finished() {
      clearTimeout(first);
      clearTimeout(idle);
      idle = silence(Math.min(AFTER_FINISH_MS, limits.idleMs));
    },
    close(ended) {
      clearTimeout(connect);
      clearTimeout(first);
      clearTimeout(idle);
      caller.removeEventListener("abort", cancel);
      if (!ended) controller.abort();
    },
  };
}
