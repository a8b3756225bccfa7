import { VegaError } from "../define/errors.ts";
import type { Module } from "./documents.ts";

/**
 * What modules gate, by their names: while one is off, this is not to be had. Every other module is a label, and one of
 * these that the crystal lacks counts as on.
 */
export const CAPABILITIES = {
  tongue:
    "questions to models: chat completions, embeddings, /api/prompt, the providers' own routes",
  mind: "memory in prompts: vega_memory, and what local/echo-analyst knows of the memory",
  vision: "pictures in prompts",
  creative_hub: "visual and music prompts: /api/redblood/generate-*",
  atlas: "search: /api/conversations?search=",
  safety: "the guard that looks for secrets and injected instructions before a prompt goes out",
  health: "the details of /api/health: services, bus and store",
  playbox: "the provider of this house, local/echo-analyst",
} as const satisfies Record<string, string>;

export type Capability = keyof typeof CAPABILITIES;

export const isCapability = (name: string): name is Capability => Object.hasOwn(CAPABILITIES, name);

/** What a module gates, in words; null for a label. */
export const capabilityOf = (name: string): string | null =>
  isCapability(name) ? CAPABILITIES[name] : null;

/** Capabilities that are turned off. */
export const capabilitiesOff = (modules: readonly Module[]): Capability[] =>
  modules
    .filter(({ status }) => status === "inactive")
    .map(({ name }) => name)
    .filter(isCapability);

/** What whoever asks for something is told whose module is off. */
export const moduleOff = (name: Capability): VegaError =>
  new VegaError(
    "module_off",
    `the module ${name} is off, and with it ${CAPABILITIES[name]}; an operator turns it on with PATCH /api/modules/${name}`,
  );
