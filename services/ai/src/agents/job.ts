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

/** Input of one run. */
export interface Job {
  readonly run: AgentRun;
  readonly definition: AgentDefinition;
  /** Cursor stored by the previous run. */
  readonly cursor: JsonObject | null;
  readonly models: ModelClient;
  readonly disabled: DisabledModules;
  readonly bus: Bus;
  readonly context: RequestContext;
  /** Aborted by the timeout of the run or the stop of the service. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Result of one run. */
export interface JobResult extends Partial<
  Pick<AgentOutcome, "text" | "written_by" | "data" | "cursor">
> {
  /** Stores the result, while the agent is `syncing`. Its return value is added to the `data` of the run. */
  readonly sync?: () => Promise<JsonObject>;
}

/** Implementation of an agent. A ModelError or VegaError fails the run. */
export interface Worker {
  /** Checked before a scheduled run, so that idle agents cost no run. */
  readonly hasWork?: (bus: Bus, context: RequestContext) => Promise<boolean>;
  readonly work: (job: Job) => Promise<JobResult>;
}
