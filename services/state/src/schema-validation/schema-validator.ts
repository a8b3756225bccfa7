import type { Json, JsonObject } from "@vega/contracts";
import { readNamespace, VegaError } from "@vega/contracts";
import { createFairQueue } from "./fair-queue.ts";
import type { Run } from "./job-worker.ts";
import { createPenalties } from "./penalties.ts";
import type { WaitingJob } from "./pool.ts";
import { createPool } from "./pool.ts";
import type { JobLimits } from "./protocol.ts";
import type { Subject } from "./refusals.ts";
import { refusalOf, refusedForNow, tooMuchTime } from "./refusals.ts";

/** Processor time: 1,000 times what a usual value takes, and short enough for the jobs that wait behind it. */
export const JOB_LIMITS: JobLimits = { cpuMs: 100, wallMs: 1_000, heapMb: 64 };
const MAX_WAITING = { total: 10_000, perOwner: 500 };

const now = () => performance.now();

export interface KeyedValue {
  readonly key: string;
  readonly value: Json;
}

/**
 * Compiles and runs JSON Schemas that callers wrote, in worker threads with a time limit.
 * Resolves with the refusal (`invalid`), or undefined. Rejects with VegaError where nothing is known:
 * `rate_limited`, `unavailable`, and `timeout` where `deadline` (milliseconds since the epoch) was over.
 */
export interface SchemaValidator {
  /** @param namespace as it is stored, see `storedNamespace` */
  checkSchema(
    namespace: string,
    schema: JsonObject,
    deadline?: number,
  ): Promise<VegaError | undefined>;
  checkValues(
    namespace: string,
    schema: JsonObject,
    values: readonly KeyedValue[],
    deadline?: number,
  ): Promise<VegaError | undefined>;
  stop(): Promise<void>;
}

export interface SchemaValidatorOptions {
  /** A schema exceeded a limit of its job. */
  readonly onExceeded: (namespace: string, limit: "timeout" | "out_of_memory") => void;
}

export function createSchemaValidator({ onExceeded }: SchemaValidatorOptions): SchemaValidator {
  const queue = createFairQueue<WaitingJob>(MAX_WAITING);
  const penalties = createPenalties();
  const pool = createPool({
    queue,
    limits: JOB_LIMITS,
    isSuspect: (owner) => penalties.isSuspect(owner, now()),
  });

  const check = (
    stored: string,
    schema: JsonObject,
    given: readonly KeyedValue[] | undefined,
    deadline: number,
  ): Promise<VegaError | undefined> => {
    const { owner: account, namespace } = readNamespace(stored);
    // Shared namespaces have no account to be fair to. A stored name of an account's namespace begins with "~".
    const owner = account === null ? stored : `~${account}`;
    const subject: Subject = { namespace, keys: given?.map(({ key }) => key) };
    const text = JSON.stringify(schema);

    /** Why no worker is needed. */
    const earlyEnd = (): VegaError | undefined => {
      const refusedMs = penalties.refusedMs(stored, text, now());
      if (refusedMs > 0) return refusedForNow(subject, JOB_LIMITS, refusedMs);
      const waitMs = penalties.waitMs(owner, now());
      if (waitMs > 0) return tooMuchTime(waitMs);
      if (deadline > Date.now()) return undefined;
      return new VegaError("timeout", "the deadline was over before the schema was checked");
    };
    const charge = ({ outcome: { kind }, cpuMs }: Run) => {
      if (kind !== "timeout" && kind !== "out_of_memory") {
        return penalties.used(owner, cpuMs, now());
      }
      penalties.exceeded(owner, stored, text, now());
      onExceeded(stored, kind);
    };

    return new Promise((resolve, reject) => {
      /** @returns whether the job needs no worker */
      const endEarly = (): boolean => {
        const error = earlyEnd();
        if (error?.code === "invalid") resolve(error);
        else if (error) reject(error);
        return error !== undefined;
      };
      if (endEarly()) return;
      const isQueued = queue.push(owner, {
        job: () => ({
          schema: text,
          values: given ? JSON.stringify(given.map(({ value }) => value)) : null,
        }),
        isWanted: () => !endEarly(),
        resolve(run) {
          charge(run);
          resolve(refusalOf(run.outcome, subject, JOB_LIMITS));
        },
        reject: (cause) =>
          reject(new VegaError("unavailable", "schemas cannot be checked; try again", [], cause)),
      });
      if (isQueued) pool.pump();
      else reject(new VegaError("unavailable", "too many values wait for their check; try again"));
    });
  };

  return {
    checkSchema: (namespace, schema, deadline = Number.POSITIVE_INFINITY) =>
      check(namespace, schema, undefined, deadline),
    checkValues: (namespace, schema, values, deadline = Number.POSITIVE_INFINITY) =>
      check(namespace, schema, values, deadline),
    stop: () => pool.stop(),
  };
}
