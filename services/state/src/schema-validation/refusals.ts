import { VegaError } from "@vega/contracts";
import { unusableSchema } from "./bounds.ts";
import type { Outcome } from "./job-worker.ts";
import type { JobLimits } from "./protocol.ts";

/* The errors that callers see. */

/** What was checked. `keys`: of the values, in their order; undefined for a schema alone. */
export interface Subject {
  readonly namespace: string;
  readonly keys: readonly string[] | undefined;
}

const unchecked = ({ namespace, keys }: Subject): string =>
  keys === undefined
    ? `the schema for ${namespace} could not be compiled`
    : `the value could not be checked against the schema of ${namespace}`;

const overLimit = (subject: Subject, { cpuMs }: JobLimits): string =>
  `${unchecked(subject)} within ${cpuMs} ms; simplify the schema`;

/** Undefined: the schema can be used and the values meet it. */
export function refusalOf(
  outcome: Outcome,
  subject: Subject,
  limits: JobLimits,
): VegaError | undefined {
  switch (outcome.kind) {
    case "timeout":
      return new VegaError("invalid", overLimit(subject, limits));
    case "out_of_memory":
      return new VegaError(
        "invalid",
        `${unchecked(subject)} with ${limits.heapMb} MB of memory; simplify the schema`,
      );
    case "unusable":
      return subject.keys
        ? new VegaError("invalid", `${unchecked(subject)}; correct the schema`, [
            { path: "/schema", message: outcome.message },
          ])
        : unusableSchema(outcome.message);
    case "invalid": {
      const path = `/${subject.keys?.[outcome.index] ?? ""}`;
      return new VegaError(
        "invalid",
        `the value does not meet the schema of ${subject.namespace}`,
        outcome.faults.map((fault) => ({ ...fault, path: path + fault.path })),
      );
    }
    default:
      return undefined;
  }
}

/** For a schema that exceeded a limit lately: it is not run, so nothing is known about these values. */
export const refusedForNow = (
  { namespace }: Subject,
  { cpuMs, heapMb }: JobLimits,
  forMs: number,
): VegaError =>
  new VegaError(
    "invalid",
    `nothing was checked: this schema of ${namespace} has just exceeded ${cpuMs} ms of processor time or ${heapMb} MB ` +
      `of memory; simplify the schema, or try again after ${Math.ceil(forMs / 1_000)} s`,
  );

export const tooMuchTime = (waitMs: number): VegaError =>
  VegaError.rateLimited(
    "schemas of this account took too much processor time; simplify them",
    waitMs / 1_000,
  );
