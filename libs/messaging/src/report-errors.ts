import type { ErrorGroup } from "@vega/contracts";
import { VegaError, errorGroups, mergeErrorGroups, systemContext } from "@vega/contracts";
import type { Bus } from "./connect.ts";
import { request } from "./request.ts";

/** As many as one report takes. */
const PAGE = 50;
/** Kinds that are kept while state is away; the one seen longest ago goes. */
const MAX_KEPT = 200;

/** What gathers errors; see service-kit's `createErrorCollector`. */
export interface ErrorSource {
  /** What was noted since the last call. */
  take(): readonly ErrorGroup[];
}

/** Of what kind a fault is, and within which request it happened. */
export interface ErrorAbout {
  readonly kind: ErrorGroup["kind"];
  readonly traceparent?: string | undefined;
  readonly request_id?: string | undefined;
}

/** The same, and where errors are noted. */
export interface ErrorCollector extends ErrorSource {
  note(error: unknown, about: ErrorAbout): void;
}

export interface ErrorReporter {
  /** Tells state now what there is. Never rejects: where state is away, it is told next time. */
  flush(): Promise<void>;
  /** Tells a last time, then no more. */
  stop(): Promise<void>;
}

/**
 * Tells state of a service's errors from time to time. Reporting an error never makes one: what goes wrong here is
 * logged at `debug`, and what could not be told is kept for next time.
 */
export function reportErrorsOf(
  bus: Bus,
  source: ErrorSource,
  options: { readonly service: string; readonly everyMs: number },
): ErrorReporter {
  const context = systemContext(options.service);
  let kept = new Map<string, ErrorGroup>();
  let running: Promise<void> | undefined;

  const keep = (groups: Iterable<ErrorGroup>) => {
    for (const group of groups) {
      kept.set(group.fingerprint, mergeErrorGroups(kept.get(group.fingerprint), group));
    }
    if (kept.size <= MAX_KEPT) return;
    const newest = [...kept].toSorted(([, a], [, b]) => (a.last_seen < b.last_seen ? 1 : -1));
    kept = new Map(newest.slice(0, MAX_KEPT));
  };

  const tell = async (): Promise<void> => {
    keep(source.take());
    while (kept.size > 0) {
      const errors = [...kept.values()].slice(0, PAGE);
      for (const { fingerprint } of errors) kept.delete(fingerprint);
      try {
        await request(bus, errorGroups.requests.report, { errors }, context);
      } catch (error) {
        // What state refuses now it would refuse for ever: only what it did not get is told again.
        if (error instanceof VegaError && error.status === 503) keep(errors);
        throw error;
      }
    }
  };

  const flush = async (): Promise<void> => {
    // One under way has taken already what there was.
    await running;
    running ??= tell()
      .catch((error: unknown) => {
        try {
          bus.log.debug({ err: error }, "the errors can't be reported; trying again");
        } catch {
          // A log that breaks is no reason to break here.
        }
      })
      .finally(() => (running = undefined));
    await running;
  };

  const timer = setInterval(() => void flush(), options.everyMs);
  timer.unref();
  return {
    flush,
    async stop() {
      clearInterval(timer);
      await flush();
    },
  };
}
