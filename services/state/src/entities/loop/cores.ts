import type { Core, CoreName, JsonObject, Observation, ServiceMetrics } from "@vega/contracts";

/*
 * What the cores mean. Each power is computed from what the services reported at the tick; the formulas are
 * VEGA's own and are documented in docs/explanation/loop.md. Pure: a replay of the log gives the same cores.
 */

/** Iterations without a report after which a core is offline. */
const MISSED_UNTIL_OFFLINE = 3;

/** A relay this many seconds behind costs nothing; at the second figure omega's power is zero. */
const RELAY_LAG_FREE_SECONDS = 1;
const RELAY_LAG_ZERO_SECONDS = 30;

/** A verified backup is fresh for one interval and the grace that making the next may take; after three it is worth nothing. */
const BACKUP_GRACE_SECONDS = 3600;
const BACKUP_ZERO_INTERVALS = 3;
/** What is expected where state makes none by itself. */
const BACKUP_INTERVAL_SECONDS = 24 * 3600;

/** Power of an ai service that is up without a provider: initializing, not offline. */
const POWER_WITHOUT_PROVIDER = 10;

interface Reading {
  readonly power: number;
  readonly evidence: JsonObject;
}

/** 1 up to `free`, 0 from `zero` on, a straight line between. */
function falling(value: number, free: number, zero: number): number {
  return Math.min(1, Math.max(0, (zero - value) / (zero - free)));
}

const round = (value: number) => Math.min(100, Math.max(0, Math.round(value)));
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** The part of every instance's signals that one core is about. */
function parts<Key extends keyof ServiceMetrics>(observations: readonly Observation[], key: Key) {
  return observations.flatMap(({ signals }) => {
    const part = signals[key];
    return part === undefined ? [] : [part];
  });
}

/** alpha: the share of requests served well (below 500, within the latency goal); no traffic is no fault. */
function readAlpha(observations: readonly Observation[]): Reading | undefined {
  const gateways = parts(observations, "gateway");
  const [first] = gateways;
  if (!first) return undefined;
  const requests = total(gateways.map((gateway) => gateway.requests));
  const served_well = total(gateways.map((gateway) => gateway.served_well));
  return {
    power: round(requests === 0 ? 100 : (100 * served_well) / requests),
    evidence: {
      gateways: gateways.length,
      requests,
      served_well,
      latency_goal_ms: first.latency_goal_ms,
      window_seconds: first.window_seconds,
      sse_clients: total(gateways.map((gateway) => gateway.sse_clients)),
    },
  };
}

/** omega: the share of commits that succeed, times how well the relay keeps up. */
function readOmega(observations: readonly Observation[]): Reading | undefined {
  const states = parts(observations, "state");
  const [first] = states;
  if (!first) return undefined;
  const commits = total(states.map((state) => state.commits));
  const commits_failed = total(states.map((state) => state.commits_failed));
  const relay_lag_seconds = Math.max(...states.map((state) => state.relay_lag_seconds));
  const tried = commits + commits_failed;
  const succeeding = tried === 0 ? 1 : commits / tried;
  const keepingUp = falling(relay_lag_seconds, RELAY_LAG_FREE_SECONDS, RELAY_LAG_ZERO_SECONDS);
  return {
    power: round(100 * succeeding * keepingUp),
    evidence: { commits, commits_failed, relay_lag_seconds, window_seconds: first.window_seconds },
  };
}

/** vega: the share of configured providers that answer. */
function readVega(observations: readonly Observation[]): Reading | undefined {
  const services = parts(observations, "ai");
  if (services.length === 0) return undefined;
  // Every replica has the same providers; the one that reaches the most of them is believed.
  const providers = Math.max(...services.map((ai) => ai.providers));
  const providers_answering = Math.max(...services.map((ai) => ai.providers_answering));
  return {
    power:
      providers === 0 ? POWER_WITHOUT_PROVIDER : round((100 * providers_answering) / providers),
    evidence: {
      providers,
      providers_answering,
      ...(providers === 0 ? { note: "ai is up; no provider is configured" } : {}),
    },
  };
}

/** The newest of several times of one form (ISO 8601); nulls are none. */
const newestOf = (times: readonly (string | null)[]): string | null =>
  times.reduce((newest, time) => ((time ?? "") > (newest ?? "") ? time : newest), null);

/**
 * mirror: the age of the newest verified backup, which is that of what it holds. None at all is power 1 while the first
 * is still to come: nothing is safe yet; and 0 once it could not be made.
 */
function readMirror(observations: readonly Observation[], at: string): Reading | undefined {
  const backups = parts(observations, "backup");
  if (backups.length === 0) return undefined;
  const snapshots = parts(observations, "mirror");
  const snapshot_verified_at = newestOf(snapshots.map(({ verified_at }) => verified_at));
  const created_at = newestOf(backups.map((backup) => backup.created_at));
  const newest = backups.find((backup) => backup.created_at === created_at);
  if (!newest || created_at === null) {
    const failed = backups.some((backup) => backup.failed);
    return {
      power: failed ? 0 : 1,
      evidence: { created_at, verified_at: null, failed, snapshot_verified_at },
    };
  }
  const { verified_at, sequence, interval_seconds, failed } = newest;
  const age = Math.max(0, (Date.parse(at) - Date.parse(created_at)) / 1_000);
  const interval = interval_seconds > 0 ? interval_seconds : BACKUP_INTERVAL_SECONDS;
  const fresh = interval + BACKUP_GRACE_SECONDS;
  const zero = BACKUP_ZERO_INTERVALS * interval + BACKUP_GRACE_SECONDS;
  return {
    power: round(100 * falling(age, fresh, zero)),
    evidence: {
      created_at,
      verified_at,
      sequence,
      age_seconds: Math.round(age),
      interval_seconds,
      failed,
      snapshot_verified_at,
    },
  };
}

const READERS: Readonly<
  Record<CoreName, (observations: readonly Observation[], at: string) => Reading | undefined>
> = { alpha: readAlpha, omega: readOmega, vega: readVega, mirror: readMirror };

/** >80 online, >40 active, >0 initializing, 0 offline. */
export function statusOf(power: number): Core["status"] {
  if (power > 80) return "online";
  if (power > 40) return "active";
  return power > 0 ? "initializing" : "offline";
}

/** The cores after a tick. A core without a report keeps its power twice and is offline the third time. */
export function observeCores(
  cores: readonly Core[],
  observations: readonly Observation[],
  at: string,
): Core[] {
  return cores.map((core) => {
    const reading = READERS[core.name](observations, at);
    if (reading) {
      const { power, evidence } = reading;
      return { ...core, power, status: statusOf(power), evidence, missed: 0, last_update: at };
    }
    const missed = core.missed + 1;
    if (missed < MISSED_UNTIL_OFFLINE) return { ...core, missed };
    return { ...core, missed, power: 0, status: "offline" };
  });
}
