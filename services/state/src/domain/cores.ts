import type { Core, CoreName, JsonObject, Observation, Signals } from "@vega/contracts";

/*
 * What the cores mean. Each power is computed from what the services reported at the tick; the formulas are
 * VEGA's own and are documented in docs/architecture.md. Pure: a replay of the log gives the same cores.
 */

/** Iterations without a report after which a core is offline. */
const MISSED_UNTIL_OFFLINE = 3;

/** A relay this many seconds behind costs nothing; at the second figure omega's power is zero. */
const RELAY_LAG_FREE_SECONDS = 1;
const RELAY_LAG_ZERO_SECONDS = 30;

/** A verified snapshot this old is fresh; at the second figure mirror's power is zero. */
const SNAPSHOT_FRESH_SECONDS = 15 * 60;
const SNAPSHOT_ZERO_SECONDS = 24 * 3600;

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
function parts<Key extends keyof Signals>(observations: readonly Observation[], key: Key) {
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

/** mirror: the age of the newest verified snapshot. None at all is power 1: the copying runs, nothing is safe yet. */
function readMirror(observations: readonly Observation[], at: string): Reading | undefined {
  const mirrors = parts(observations, "mirror");
  if (mirrors.length === 0) return undefined;
  const newest = mirrors
    .filter((mirror) => mirror.verified_at !== null)
    .toSorted((a, b) => String(b.verified_at).localeCompare(String(a.verified_at)))[0];
  if (!newest?.verified_at) return { power: 1, evidence: { verified_at: null } };
  const age = Math.max(0, (Date.parse(at) - Date.parse(newest.verified_at)) / 1_000);
  return {
    power: round(100 * falling(age, SNAPSHOT_FRESH_SECONDS, SNAPSHOT_ZERO_SECONDS)),
    evidence: {
      verified_at: newest.verified_at,
      sequence: newest.sequence,
      age_seconds: Math.round(age),
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
