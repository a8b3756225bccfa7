import { VegaError } from "../define/errors.ts";
import type { Module } from "./documents.ts";

/**
 * Capabilities that modules switch, by module name. A module without a capability is a label only; a capability whose
 * module does not exist counts as on.
 */
export const CAPABILITIES = {
  tongue: "requests to models: chat completions, embeddings, /api/prompt, the provider routes",
  mind: "memory in prompts: vega_memory, and memory in answers of local/echo-analyst",
  vision: "images in prompts",
  creative_hub: "image and music prompts: /api/redblood/generate-*",
  atlas: "search: /api/conversations?search=",
  safety:
    "the guard that checks prompts for secrets and injected instructions before they are sent",
  health: "the details of /api/health: services, bus and store",
  playbox: "the built-in provider, local/echo-analyst",
} as const satisfies Record<string, string>;

export type Capability = keyof typeof CAPABILITIES;

export const isCapability = (name: string): name is Capability => Object.hasOwn(CAPABILITIES, name);

/** The capability of a module, in words; null for a label. */
export const capabilityOf = (name: string): string | null =>
  isCapability(name) ? CAPABILITIES[name] : null;

/** Capabilities whose module is off. */
export const capabilitiesOff = (modules: readonly Module[]): Capability[] =>
  modules
    .filter(({ status }) => status === "inactive")
    .map(({ name }) => name)
    .filter(isCapability);

/** The error of a request that needs a module which is off. */
export const moduleOff = (name: Capability): VegaError =>
  new VegaError(
    "module_off",
    `the module ${name} is off, which disables ${CAPABILITIES[name]}; an operator turns it on with PATCH /api/modules/${name}`,
  );
