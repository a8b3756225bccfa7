import type { HealthReport } from "@vega/contracts";
import type { Backups } from "./backup/backups.ts";
import type { ClockWatch } from "./clock/clock-watch.ts";
import type { Relay } from "./outbox/relay.ts";
import type { Snapshots } from "./snapshots/snapshots.ts";
import { NEEDS_NEWER } from "./store/unavailable.ts";
import type { Store } from "./store/store.ts";
import { StoreTooNewError } from "./store/store.ts";

/** State's health report: ready while the store can be reached; the rest are metrics of the parts. */
export function createHealthReport(options: {
  readonly store: Pick<Store, "ping">;
  readonly mirror: Pick<Snapshots, "newest">;
  readonly backups: Pick<Backups, "newest" | "lastError" | "intervalSeconds">;
  readonly relay: Pick<Relay, "lagSeconds">;
  readonly clock: Pick<ClockWatch, "check">;
  /** Commits of the last `windowSeconds`. */
  readonly commits: () => { ok: number; failed: number };
  readonly windowSeconds: number;
  readonly onUnreachable: (error: unknown) => void;
}): () => Promise<Omit<HealthReport, "instance">> {
  const { store, mirror, backups, relay, clock, commits, windowSeconds, onUnreachable } = options;
  const started = performance.now();
  return async () => {
    const reachable = await store.ping().then(
      () => "ok",
      (error: unknown) => {
        onUnreachable(error);
        return error instanceof StoreTooNewError ? NEEDS_NEWER : "the database is away";
      },
    );
    const { ok, failed } = commits();
    const [snapshot, backup] = [mirror.newest(), backups.newest()];
    return {
      service: "state",
      ready: reachable === "ok",
      // Skew is not part of `ready`: everything works, and the log may be ahead for as long as the clock once was.
      checks: { store: reachable, clock: clock.check() },
      uptime_seconds: (performance.now() - started) / 1_000,
      signals: {
        state: {
          window_seconds: windowSeconds,
          commits: ok,
          commits_failed: failed,
          relay_lag_seconds: relay.lagSeconds(),
        },
        mirror: {
          verified_at: snapshot?.verified_at ?? null,
          sequence: snapshot?.sequence ?? null,
        },
        backup: {
          created_at: backup?.created_at ?? null,
          verified_at: backup?.verified_at ?? null,
          sequence: backup?.sequence ?? null,
          interval_seconds: backups.intervalSeconds,
          failed: backups.lastError() !== null,
        },
      },
    };
  };
}
