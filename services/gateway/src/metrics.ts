import type { Metrics } from "@vega/service-kit";
import { BUCKETS } from "@vega/service-kit";
import type { ReplayOutcome } from "./sse/replay.ts";

/** What is counted of HTTP and of event streams. */
export interface GatewayMetrics {
  /** @param route its pattern; undefined: there is none. `seconds` undefined: a stream, whose length says nothing. */
  answered(
    method: string,
    route: string | undefined,
    status: number,
    seconds: number | undefined,
  ): void;
  readonly sse: SseMetrics;
}

export interface SseMetrics {
  replayed(outcome: ReplayOutcome | "failed"): void;
  resynced(reason: string): void;
  dropped(reason: "too_slow" | "does_not_read" | "log_unreadable"): void;
  /** Frames that were written, to all clients together. */
  sent(frames: number): void;
}

/** What no route is for has one name: its path is for the client to choose. */
const UNMATCHED = "(none)";

export function createGatewayMetrics(metrics: Metrics): GatewayMetrics {
  const requests = metrics.counter(
    "vega_http_requests_total",
    "HTTP requests that were answered",
    "method",
    "route",
    "status",
  );
  const duration = metrics.histogram(
    "vega_http_request_duration_seconds",
    "Time until an HTTP request was answered; without streams of events",
    [...BUCKETS.fast, 10, 30, 120],
    "method",
    "route",
  );
  const replays = metrics.counter(
    "vega_sse_replays_total",
    "Event streams that caught up with what they had missed, by how that ended",
    "outcome",
  );
  const resyncs = metrics.counter(
    "vega_sse_resyncs_total",
    "Event streams that were told to read everything anew",
    "reason",
  );
  const drops = metrics.counter(
    "vega_sse_clients_dropped_total",
    "Event streams that were cut off",
    "reason",
  );
  const frames = metrics.counter("vega_sse_frames_sent_total", "Events written to event streams")();
  return {
    answered(method, route = UNMATCHED, status, seconds) {
      requests(method, route, String(status)).inc();
      if (seconds !== undefined) duration(method, route).observe(seconds);
    },
    sse: {
      replayed: (outcome) => replays(outcome).inc(),
      resynced: (reason) => resyncs(reason).inc(),
      dropped: (reason) => drops(reason).inc(),
      sent(count) {
        if (count > 0) frames.inc(count);
      },
    },
  };
}
