import type { Metrics } from "@vega/service-kit";
import { BUCKETS } from "@vega/service-kit";
import type { ReplayOutcome } from "./sse/replay.ts";

/** Metrics of HTTP requests and event streams. */
export interface GatewayMetrics {
  /** @param route its pattern; undefined: no route. @param seconds undefined for streams, whose duration has no meaning. */
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
  /** Frames written, summed over all clients. */
  sent(frames: number): void;
}

/** One label value for all paths without a route: clients choose those paths. */
const UNMATCHED = "(none)";

export function createGatewayMetrics(metrics: Metrics): GatewayMetrics {
  const requests = metrics.counter(
    "vega_http_requests_total",
    "HTTP responses sent",
    "method",
    "route",
    "status",
  );
  const duration = metrics.histogram(
    "vega_http_request_duration_seconds",
    "Duration of HTTP requests, without event streams",
    [...BUCKETS.fast, 10, 30, 120],
    "method",
    "route",
  );
  const replays = metrics.counter(
    "vega_sse_replays_total",
    "Replays of missed events, by outcome",
    "outcome",
  );
  const resyncs = metrics.counter(
    "vega_sse_resyncs_total",
    "Event streams that received a resync, by reason",
    "reason",
  );
  const drops = metrics.counter(
    "vega_sse_clients_dropped_total",
    "Event streams disconnected by the gateway, by reason",
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
