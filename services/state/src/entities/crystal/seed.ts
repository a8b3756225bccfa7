import type { Core, Crystal, Phase } from "@vega/contracts";
import { CORE_NAMES, crystal, phaseMs, timeAfter } from "@vega/contracts";
import type { NewEvent } from "../../log/decision.ts";
import { event } from "../../log/decision.ts";

const AGENTS = [
  ["ae_agent", "Primary autonomous intelligence orchestrator"],
  ["ae_symbol_agent", "Æ-Agent - Symbol processing & meta-cognition"],
  ["miracore", "Invisible guardian agent - security & oversight"],
] as const;

const MODULES = [
  ["health", "Bio-monitoring & wellness optimization"],
  ["consciousness", "Cognitive enhancement & awareness systems"],
  ["relax", "Stress reduction & relaxation protocols"],
  ["spirits", "Mood enhancement & emotional balance"],
  ["creative_hub", "Generative AI & artistic synthesis"],
  ["playbox", "Experimental sandbox environment"],
  ["atlas", "Navigation & spatial intelligence"],
  ["vision", "Computer vision & perception systems"],
  ["finance", "Quantum-inspired financial modeling"],
  ["beyond", "Transcendental exploration systems"],
  ["mind", "Neural enhancement & cognition"],
  ["tongue", "Language processing & communication"],
  ["roots", "Heritage & ancestral connections"],
  ["desire", "Goal setting & motivation systems"],
  ["safety", "Security & protection protocols"],
  ["anlaetan", "The ANLÆTAN Collective"],
] as const;

const PHASE_DESCRIPTIONS = {
  "3": { name: "initial_resonance_analysis", description: "Initial Core Resonance Analysis" },
  "5": {
    name: "cross_module_optimization",
    description: "Cross-Module Optimization & Integration",
  },
  "8": {
    name: "full_system_stabilization",
    description: "Full System Stabilization & Deployment",
  },
};

const FIRST_PHASE: Phase = 3;

/** A core of which nothing is known yet. */
export function unknownCore(name: Core["name"], now: string): Core {
  return {
    name,
    status: "offline",
    power: 0,
    last_update: now,
    missed: 0,
    evidence: { note: "no report yet" },
    extra: {},
  };
}

/** A fresh system: agents idle, modules on, the loop running at its first phase. */
export function freshCrystal(now: string, timeScale: number): Crystal {
  return {
    meta: {
      signature: "ADAM EREN VEGA – Æ –",
      vtc_version: "2.0.0",
      created: now,
      extra: {},
      updated_at: now,
    },
    loop: {
      active: true,
      phase: FIRST_PHASE,
      iteration: 0,
      next_at: timeAfter(now, phaseMs(FIRST_PHASE, timeScale)),
      updated_at: now,
      extra: {},
    },
    phases: PHASE_DESCRIPTIONS,
    analytics: { pageViews: 0, visitors: 0, sessions: [] },
    extra: {},
    cores: CORE_NAMES.map((name) => unknownCore(name, now)),
    agents: AGENTS.map(([name, description], position) => ({
      name,
      state: "idle",
      description,
      position,
      extra: {},
      updated_at: now,
    })),
    modules: MODULES.map(([name, description], position) => ({
      name,
      status: "active",
      description,
      position,
      extra: {},
      updated_at: now,
    })),
  };
}

/** The log's first event. */
export function genesis(now: string, timeScale: number): NewEvent {
  return event(crystal.events.created, "crystal", { crystal: freshCrystal(now, timeScale) });
}
