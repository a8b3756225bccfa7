import type { ErrorGroup } from "@vega/contracts";
import { VegaError, errorGroups, mergeErrorGroups, systemContext } from "@vega/contracts";
import type { Bus } from "./connect.ts";
import { request } from "./request.ts";

/** Most errors of one report. */
const PAGE = 50;
/** Error groups kept while state is unavailable; beyond it those seen longest ago are dropped. */
const MAX_KEPT = 200;

/** Source of errors; see service-kit's `createErrorCollector`. */
export interface ErrorSource {
  /** Errors recorded since the last call. */
  take(): readonly ErrorGroup[];
}

/** Kind of an error and the request that it belongs to. */
export interface ErrorContext {
  readonly kind: ErrorGroup["kind"];
  readonly traceparent?: string | undefined;
  readonly request_id?: string | undefined;
}

export interface ErrorCollector extends ErrorSource {
  record(error: unknown, about: ErrorContext): void;
}

export interface ErrorReporter {
  /** Reports to state now. Never rejects: while state is unavailable the errors wait for the next report. */
  flush(): Promise<void>;
  /** Reports a last time. */
  stop(): Promise<void>;
}

/**
 * Reports a service's errors to state periodically. A failed report is not an error itself: it is logged at `debug`, and
 * its errors wait for the next report.
 */
export function startErrorReporter(
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

  const report = async (): Promise<void> => {
    keep(source.take());
    while (kept.size > 0) {
      const errors = [...kept.values()].slice(0, PAGE);
      for (const { fingerprint } of errors) kept.delete(fingerprint);
      try {
        await request(bus, errorGroups.requests.report, { errors }, context);
      } catch (error) {
        // A refused report would be refused again; only an undelivered one is repeated.
        if (error instanceof VegaError && error.status === 503) keep(errors);
        throw error;
      }
    }
  };

  const flush = async (): Promise<void> => {
    // A report under way lacks the latest errors.
    await running;
    running ??= report()
      .catch((error: unknown) => {
        try {
          bus.log.debug({ err: error }, "errors not reported; retrying");
        } catch {
          // A broken log does not end the reports.
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
