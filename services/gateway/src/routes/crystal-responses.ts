import type { Agent, Crystal, Module } from "@vega/contracts";
import { showAgent } from "@vega/contracts";
import type { z } from "zod";
import { redact } from "../read-model/redact.ts";
import { showModuleWithCapability, showLoop } from "../read-model/views.ts";
import type { agentShape, moduleWithCapabilityShape, loopShape } from "./schemas.ts";

/* Parts of the crystal as responses, redacted like the whole. The casts: redaction returns plain JSON, and documents of
 * the contracts have these shapes. */

export const agentResponse = (agent: Agent) =>
  redact(showAgent(agent)) as z.output<typeof agentShape>;

export const moduleResponse = (module: Module) =>
  redact(showModuleWithCapability(module)) as z.output<typeof moduleWithCapabilityShape>;

export const loopResponse = (crystal: Crystal) =>
  redact(showLoop(crystal)) as z.output<typeof loopShape>;
