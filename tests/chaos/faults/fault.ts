import type { Workload } from "../workload/workload.ts";
import type { Random } from "../random.ts";
import type { Cluster, ClusterKind } from "../cluster/cluster.ts";

/** The parts that a fault uses. */
export interface FaultContext {
  readonly cluster: Cluster;
  readonly workload: Workload;
  readonly random: Random;
  readonly log: (text: string) => void;
}

/** A failure that the test causes on purpose. */
export interface Fault {
  readonly name: string;
  readonly cluster: ClusterKind;
  /** Causes the failure and repairs what does not recover by itself. The recovery time counts from its end. */
  inject(context: FaultContext): Promise<void>;
  /** The overloaded platform may reject requests while it is ready. */
  readonly rejectsLoad?: true;
}

/** @throws Error if the cluster lacks the part */
export function required<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error("this cluster lacks what the fault needs");
  return part;
}

export const SERVICES = ["state", "auth", "ai", "loop", "gateway"] as const;
export const BUS = "nats-server";
export const PROCESSES = [...SERVICES, BUS] as const;
