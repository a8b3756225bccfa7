const TIME = "2025-12-25T00:00:00.000Z";
const core = { status: "online", power: 100, last_update: TIME };

/** A small time_crystal.json of version 2. */
export const IMPORT_EXAMPLE = {
  meta: {
    signature: "example",
    vtc_version: "2.0.0",
    created: TIME,
    last_update: TIME,
    infinity_loop_iteration: 7,
  },
  alpha_resonance: core,
  omega_resonance: core,
  vega_resonance: core,
  mirror_core: core,
  agents: [{ name: "ae_agent", state: "idle", description: "Summarises the state" }],
  modules: { playbox: { status: "active", description: "Built-in model" } },
  infinity_loop: {
    active: true,
    current_phase: 3,
    phases: { "3": { name: "gather" }, "5": { name: "transform" }, "8": { name: "give back" } },
  },
  analytics: {},
};
