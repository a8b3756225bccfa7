import type { End } from "./accumulator.ts";

type Reason = Exclude<End, { how: "complete" }>;

/** The signal of one turn, and why it was aborted. */
export interface Cancellation {
  readonly signal: AbortSignal;
  /** The first reason wins. */
  readonly reason: Reason | undefined;
  cancel(reason: Reason): void;
  /** Detaches it from the connection. */
  detach(): void;
}

/** @param connection aborted when the connection to the caller is lost */
export function createCancellation(connection: AbortSignal): Cancellation {
  const controller = new AbortController();
  let first: Reason | undefined;
  const cancel = (reason: Reason) => {
    first ??= reason;
    controller.abort();
  };
  const onLost = () => cancel({ how: "lost" });
  connection.addEventListener("abort", onLost, { once: true });
  if (connection.aborted) onLost();
  return {
    signal: controller.signal,
    get reason() {
      return first;
    },
    cancel,
    detach: () => connection.removeEventListener("abort", onLost),
  };
}
