import type { HealthReport } from "@vega/contracts";
import type { Follower } from "@vega/messaging";
import { serveHealthReports, collectHealthReports } from "@vega/messaging";
import type { Bus } from "@vega/messaging";
import type { ServiceLevel } from "../service-level.ts";
import type { Readiness } from "./readiness.ts";
import { isServiceReady, readinessOf } from "./readiness.ts";
import { pollReports } from "./reports.ts";
import type { HealthSummary } from "./summary.ts";
import { summarize } from "./summary.ts";

/** Time for the reports of all replicas; stopping at the first five reports would miscount them. */
const COLLECT_MS = 300;

/** Health of the gateway and of all services. */
export interface Health {
  readiness(): Readiness;
  summary(): Promise<HealthSummary>;
  uptimeSeconds(): number;
  stopping(): boolean;
  /** Sets the gateway to not ready. */
  beginStop(): void;
  stop(): Promise<void>;
}

export function watchHealth(options: {
  bus: Bus;
  follower: Follower;
  serviceLevel: ServiceLevel;
  sseClients: () => number;
}): Health {
  const { bus, follower, serviceLevel } = options;
  const started = performance.now();
  let stopping = false;
  let wasAuthReady = false;
  const collect = async () => {
    const collected = await collectHealthReports(bus, { waitMs: COLLECT_MS, enough: () => false });
    wasAuthReady ||= isServiceReady("auth", collected);
    return collected;
  };
  const reports = pollReports(collect, () => performance.now(), bus.log);

  const health: Health = {
    readiness: () =>
      readinessOf({
        stopping,
        connected: bus.connected(),
        current: follower.current(),
        wasAuthReady,
        reports: reports.recent(),
      }),
    async summary() {
      await reports.asked;
      // The collected report of this instance is older than those of the others.
      const own = health.readiness();
      const seen = reports
        .recent()
        .map((report) =>
          report.instance === bus.instance ? Object.assign({}, report, own) : report,
        );
      return summarize(seen, bus.connected());
    },
    uptimeSeconds: () => (performance.now() - started) / 1_000,
    stopping: () => stopping,
    beginStop() {
      stopping = true;
    },
    async stop() {
      stopAnswering();
      await reports.stop();
    },
  };
  const stopAnswering = serveHealthReports(bus, (): Omit<HealthReport, "instance"> => {
    const { ready, checks } = health.readiness();
    return {
      service: "gateway",
      ready,
      checks,
      uptime_seconds: health.uptimeSeconds(),
      signals: { gateway: serviceLevel.signals(options.sseClients()) },
    };
  });
  return health;
}
