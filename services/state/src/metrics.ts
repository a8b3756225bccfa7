import type { Metrics } from "@vega/service-kit";
import { BUCKETS } from "@vega/service-kit";
import type { Relay } from "./outbox/relay.ts";
import type { CommitAttempt, Writer } from "./log/writer.ts";
import type { Backups } from "./backup/backups.ts";

/** Counts commits and entries. @returns the writer's `onAttempt` */
export function countCommits(metrics: Metrics): (tried: CommitAttempt) => void {
  const commits = metrics.counter(
    "vega_log_commits_total",
    "Commits that were tried; conflict: another replica was faster",
    "outcome",
  );
  const appended = metrics.counter("vega_log_appends_total", "Entries put into the log", "type");
  const duration = metrics.histogram(
    "vega_log_commit_duration_seconds",
    "Time until a commit was durable",
    BUCKETS.fast,
  )();
  const size = metrics.histogram(
    "vega_log_commit_entries",
    "Entries of one commit: many where many write at once",
    BUCKETS.sizes,
  )();
  return ({ entries, outcome, startedAt, endedAt }) => {
    commits(outcome).inc();
    if (outcome !== "committed") return;
    duration.observe((endedAt - startedAt) / 1_000);
    size.observe(entries.length);
    for (const { type } of entries) appended(type).inc();
  };
}

/** How the log, its relay and its backups stand. */
export function watchLog(
  metrics: Metrics,
  writer: Writer,
  relay: Relay,
  backups: Pick<Backups, "newest">,
): void {
  metrics.gauge("vega_log_sequence", "The log's last sequence, as this replica knows it", () =>
    sequenceOf(writer),
  );
  metrics.gauge("vega_log_waiting_commands", "Commands that wait for their commit", () =>
    writer.waiting(),
  );
  metrics.gauge("vega_relay_sequence", "The last sequence known to be on the bus", relay.relayed);
  metrics.gauge(
    "vega_relay_lag_seconds",
    "Age of the oldest entry that is not on the bus yet",
    relay.lagSeconds,
  );
  metrics.gauge(
    "vega_backup_verified_timestamp_seconds",
    "Time of the newest verified backup, seconds since the epoch; 0 without one",
    () => Date.parse(backups.newest()?.verified_at ?? "") / 1_000 || 0,
  );
}

function sequenceOf(writer: Writer): number {
  try {
    return writer.head().sequence;
  } catch {
    // The log is reloaded after a failed commit.
    return Number.NaN;
  }
}
