import { defineEntity } from "../define/entity.ts";
import { collections } from "./collections.ts";
import { events } from "./events.ts";
import { requests } from "./requests.ts";

export * from "./documents.ts";

/** Runs of agents: at most one of an agent and iteration. */
export const agentRuns = defineEntity("agent_run", { collections, requests, events });
