import { VegaError } from "@vega/contracts";

/** Longest lease: without renewal the run is lost and its agent can run again. */
const MAX_MS = 10_000;
/** Shortest lease: a busy process may renew late. */
const MIN_MS = 2_000;
/** Fraction of the lease after which it is renewed; leaves time for a second try. */
const RENEW_AFTER = 0.4;
/** Delay of the retry while state is unavailable. */
const RETRY_MS = 500;

/** A quarter of the timeout, so that a killed run soon frees its agent. @param runMs timeout of the run */
export const leaseMsOf = (runMs: number): number => Math.min(MAX_MS, Math.max(MIN_MS, runMs / 4));

export interface Lease {
  /** Aborted when state has ended the run or considers it lost. */
  readonly lost: AbortSignal;
  /** Stops renewals; resolves when none is under way. */
  stop(): Promise<void>;
}

/** Renews a lease that has just started. @param renew throws VegaError */
export function keepLease(
  leaseMs: number,
  renew: () => Promise<unknown>,
  onFault: (error: unknown) => void,
): Lease {
  const lost = new AbortController();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let renewing: Promise<void> | undefined;
  const schedule = (wait: number) => {
    if (!stopped) timer = setTimeout(run, wait);
  };
  const run = () => {
    renewing = renew().then(
      () => schedule(leaseMs * RENEW_AFTER),
      (error: unknown) => {
        const isRefused =
          error instanceof VegaError && (error.code === "conflict" || error.code === "not_found");
        if (isRefused) return lost.abort();
        if (!(error instanceof VegaError)) onFault(error);
        schedule(Math.min(RETRY_MS, leaseMs * RENEW_AFTER));
      },
    );
  };
  schedule(leaseMs * RENEW_AFTER);
  return {
    lost: lost.signal,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await renewing;
    },
  };
}
