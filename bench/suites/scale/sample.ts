import type { TestCluster } from "../../src/cluster/test-cluster.ts";
import type { LoadCommand, LoadReport } from "../../src/load/load-messages.ts";
import type { Child } from "../../src/process/child.ts";
import { startChild } from "../../src/process/child.ts";
import { cpuSince, cpuTimes } from "../../src/process/cpu.ts";
import type { Sample } from "./costs.ts";

export const WARM_UP_SECONDS = 1;

export const startGenerator = (): Child =>
  startChild(new URL("../../src/load/load-process.ts", import.meta.url));

/** One round of a load on a cluster, with the processor time of its processes. */
export async function sampleLoad(
  generator: Child,
  cluster: TestCluster,
  load: Pick<LoadCommand, "load" | "connections" | "seconds">,
): Promise<Sample> {
  const { urls, adminPassword } = cluster;
  const command: LoadCommand = { ...load, urls, adminPassword, headers: cluster.writeHeaders };
  const before = cpuTimes(cluster.pids());
  const report = await generator.request<LoadReport>(command, "round");
  return { ...report, cpu: cpuSince(cpuTimes(cluster.pids()), before) };
}
