import { ModelError } from "../models/language-model.ts";

/** Timers may fire a fraction of a millisecond early; a provider's Retry-After is kept in full. */
const TIMER_MS = 2;

/** Rejects with ModelError `cancelled` as soon as the signal is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = () => {
      clearTimeout(timer);
      reject(new ModelError("cancelled", "the call was cancelled"));
    };
    const timer = setTimeout(
      () => {
        signal.removeEventListener("abort", cancel);
        resolve();
      },
      Math.ceil(ms) + TIMER_MS,
    );
    if (signal.aborted) cancel();
    else signal.addEventListener("abort", cancel, { once: true });
  });
}
