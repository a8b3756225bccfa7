import type { Profiler } from "node:inspector/promises";
import { Session } from "node:inspector/promises";

/** Microseconds between two samples. */
const INTERVAL_US = 100;

/** A profile of this thread, and the processor time that the thread took meanwhile. */
export interface CpuProfile {
  readonly profile: Profiler.Profile;
  readonly cpuMicroseconds: number;
}

/** Runs something under V8's sampling profiler. */
export async function profileCpu(run: () => Promise<void>): Promise<CpuProfile> {
  const session = new Session();
  session.connect();
  try {
    await session.post("Profiler.enable");
    await session.post("Profiler.setSamplingInterval", { interval: INTERVAL_US });
    await session.post("Profiler.start");
    const before = process.threadCpuUsage();
    await run();
    const { user, system } = process.threadCpuUsage(before);
    const { profile } = await session.post("Profiler.stop");
    return { profile, cpuMicroseconds: user + system };
  } finally {
    session.disconnect();
  }
}

/** Processor time of the samples whose stack has functions of some files, with everything that these call. */
export interface Share {
  readonly microseconds: number;
  readonly samples: number;
  /** Its own time by function, `file:function`, the longest first. */
  readonly functions: readonly (readonly [name: string, microseconds: number])[];
}

/** Functions that are listed. */
const MAX_FUNCTIONS = 25;
/** Samples of a thread that waits. */
const IDLE = "(idle)";

/**
 * The part of the thread's processor time that these samples are of all samples. The samples' own times would count
 * other processes on a busy machine.
 * @param isWanted whether a sample counts, by the files of its stack
 */
export function shareOf(
  { profile, cpuMicroseconds }: CpuProfile,
  isWanted: (files: ReadonlySet<string>) => boolean,
): Share {
  const { nodes, samples = [] } = profile;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const filesAt = (id: number | undefined): string[] =>
    id === undefined ? [] : [byId.get(id)?.callFrame.url ?? "", ...filesAt(parents.get(id))];
  const wanted = new Set(nodes.map(({ id }) => id).filter((id) => isWanted(new Set(filesAt(id)))));
  const busy = samples.filter((id) => byId.get(id)?.callFrame.functionName !== IDLE);
  const each = cpuMicroseconds / busy.length;
  const counted = busy.filter((id) => wanted.has(id));
  const functions = new Map<string, number>();
  for (const id of counted) {
    const { url = "", functionName = "" } = byId.get(id)?.callFrame ?? {};
    const name = `${url.slice(url.lastIndexOf("/") + 1)}:${functionName || "(anonymous)"}`;
    functions.set(name, (functions.get(name) ?? 0) + each);
  }
  return {
    microseconds: counted.length * each,
    samples: counted.length,
    functions: [...functions].toSorted((a, b) => b[1] - a[1]).slice(0, MAX_FUNCTIONS),
  };
}
