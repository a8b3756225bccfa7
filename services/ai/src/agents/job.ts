import type {
  AgentDefinition,
  AgentOutcome,
  AgentRun,
  JsonObject,
  RequestContext,
} from "@vega/contracts";
import type { Bus } from "@vega/messaging";
import type { DisabledModules } from "../chat/disabled-modules.ts";
import type { ModelClient } from "./model-client.ts";

/** What an agent has to work with in one run. */
export interface Job {
  readonly run: AgentRun;
  readonly definition: AgentDefinition;
  /** What the run before left for this one. */
  readonly cursor: JsonObject | null;
  readonly models: ModelClient;
  /** Modules that are off. */
  readonly disabled: DisabledModules;
  readonly bus: Bus;
  readonly context: RequestContext;
  /** The run's time is over, or the service stops. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What a run came to. */
export interface JobResult extends Partial<
  Pick<AgentOutcome, "text" | "written_by" | "data" | "cursor">
> {
  /** Puts it where it belongs; the agent is `syncing` meanwhile. What it returns is added to the run's `data`. */
  readonly sync?: () => Promise<JsonObject>;
}

/** How an agent works. Throws ModelError and VegaError: then the run has failed. */
export interface Worker {
  /** Whether there is anything to do, looked at before a scheduled run begins, so that nothing costs nothing. */
  readonly hasWork?: (bus: Bus, context: RequestContext) => Promise<boolean>;
  readonly work: (job: Job) => Promise<JobResult>;
}
