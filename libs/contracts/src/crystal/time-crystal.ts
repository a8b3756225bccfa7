import type { Agent } from "../agents/documents.ts";
import type { Core, Crystal } from "./documents.ts";
import { NO_VISITS } from "../analytics/documents.ts";
import type { Json, JsonObject } from "../define/json.ts";
import type { Module } from "../modules/documents.ts";

/*
 * The predecessor's shape of the state: GET /api/status and time_crystal.json. It leaves out members that VEGA adds
 * (positions, evidence, times of single documents).
 */

const CORE_KEYS = {
  alpha: "alpha_resonance",
  omega: "omega_resonance",
  vega: "vega_resonance",
  mirror: "mirror_core",
} as const;

/** The predecessor's key of each core. */
export const TIME_CRYSTAL_CORE_KEYS: Readonly<Record<Core["name"], string>> = CORE_KEYS;

export const showAgent = ({ name, state, description, extra }: Agent): JsonObject => ({
  name,
  state,
  description,
  ...extra,
});

export const showModule = ({ status, description, extra }: Module): JsonObject => ({
  status,
  description,
  ...extra,
});

export const showModules = (modules: readonly Module[]): JsonObject =>
  Object.fromEntries(modules.map((module) => [module.name, showModule(module)]));

const showCore = ({ status, power, last_update, extra }: Core): JsonObject => ({
  status,
  power,
  last_update,
  ...extra,
});

/** The time of the newest change to any part of the crystal, ISO 8601. */
export function lastUpdate(crystal: Crystal): string {
  const times = [
    crystal.meta.updated_at,
    crystal.loop.updated_at,
    ...crystal.agents.map((agent) => agent.updated_at),
    ...crystal.modules.map((module) => module.updated_at),
  ];
  return times.reduce((newest, time) => (time > newest ? time : newest));
}

const numberOr0 = (value: Json | undefined): number =>
  typeof value === "number" && Number.isFinite(value) ? value : 0;

/** The predecessor's counters: the imported ones, and what was counted since. */
export function legacyCounters({ analytics, visits = NO_VISITS }: Crystal) {
  return {
    pageViews: numberOr0(analytics["pageViews"]) + visits.page_views,
    visitors: numberOr0(analytics["visitors"]) + visits.most_visitors,
  };
}

/** What was imported stays as it is until something is counted. */
const showAnalytics = (crystal: Crystal): JsonObject =>
  (crystal.visits?.page_views ?? 0) === 0
    ? crystal.analytics
    : { ...crystal.analytics, ...legacyCounters(crystal) };

/** The crystal in the predecessor's shape. Without secrets: credentials are not part of the crystal. */
export function toTimeCrystal(crystal: Crystal): JsonObject {
  const { meta, loop } = crystal;
  return {
    meta: {
      signature: meta.signature,
      vtc_version: meta.vtc_version,
      created: meta.created,
      last_update: lastUpdate(crystal),
      infinity_loop_iteration: loop.iteration,
      ...meta.extra,
    },
    ...Object.fromEntries(crystal.cores.map((core) => [CORE_KEYS[core.name], showCore(core)])),
    agents: crystal.agents.map(showAgent),
    modules: showModules(crystal.modules),
    infinity_loop: {
      active: loop.active,
      current_phase: loop.phase,
      phases: crystal.phases,
      ...loop.extra,
    },
    ...crystal.extra,
    analytics: showAnalytics(crystal),
  };
}
