import { VegaError } from "@vega/contracts";

/** Without a sign of life for so long a run is lost, and its agent free for the next one. */
const LONGEST_MS = 10_000;
/** A process that is busy may be silent for a while. */
const SHORTEST_MS = 2_000;
/** The part of a lease after which it is renewed: what is missed once can be made up for. */
const PART = 0.4;
/** After one that failed, since state is away. */
const AGAIN_MS = 500;

/** Much less than a run may take, so that one that is killed is not in the way for long. @param runMs how long it may take */
export const leaseMsOf = (runMs: number): number =>
  Math.min(LONGEST_MS, Math.max(SHORTEST_MS, runMs / 4));

export interface Lease {
  /** The run has ended, or was taken for lost: whoever makes it had better stop. */
  readonly lost: AbortSignal;
  /** Renews it no more; resolves when nothing is under way. */
  stop(): Promise<void>;
}

/** Keeps a lease that has just begun. @param renew throws VegaError as state answers */
export function keepLease(
  leaseMs: number,
  renew: () => Promise<unknown>,
  onFault: (error: unknown) => void,
): Lease {
  const lost = new AbortController();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let renewing: Promise<void> | undefined;
  const again = (wait: number) => {
    if (!stopped) timer = setTimeout(run, wait);
  };
  const run = () => {
    renewing = renew().then(
      () => again(leaseMs * PART),
      (error: unknown) => {
        const isRefused =
          error instanceof VegaError && (error.code === "conflict" || error.code === "not_found");
        if (isRefused) return lost.abort();
        if (!(error instanceof VegaError)) onFault(error);
        again(Math.min(AGAIN_MS, leaseMs * PART));
      },
    );
  };
  again(leaseMs * PART);
  return {
    lost: lost.signal,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await renewing;
    },
  };
}
