import { publicSequences, until } from "@vega/test-support";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Fault, FaultContext } from "./faults/fault.ts";
import { commandFaults } from "./oracle/commands.ts";
import { compare } from "./oracle/oracle.ts";
import { readStored } from "./oracle/stored.ts";
import { completeOnce } from "./workload/chat-client.ts";
import type { Workload } from "./workload/workload.ts";
import { startWorkload } from "./workload/workload.ts";
import type { Prober } from "./workload/prober.ts";
import { startProber } from "./workload/prober.ts";
import type { Random } from "./random.ts";
import type { Cluster, ClusterKind } from "./cluster/cluster.ts";
import { openCluster } from "./cluster/open.ts";
import type { Row } from "./table.ts";

/** Duration of the workload before and after a fault, ms */
const STEADY_MS = 1_500;
const HEALTHY_MS = 60_000;
/** Tolerated wrong readiness: no service detects a failure at once. See docs/explanation/chaos.md. */
const WRONG_READINESS_MS = 5_000;

interface Setting {
  readonly random: Random;
  readonly log: (text: string) => void;
  /** Why this machine cannot run these faults. */
  readonly missing: string | undefined;
}

/** Injects faults on one kind of cluster, one after the other. */
export async function runOn(
  kind: ClusterKind,
  faults: readonly Fault[],
  { random, log, missing }: Setting,
): Promise<Row[]> {
  if (missing !== undefined) return faults.map(({ name }) => skipped(name, missing, log));
  const rows: Row[] = [];
  for (let rest = faults; rest.length > 0; rest = faults.slice(rows.length)) {
    rows.push(...(await runUntilUnhealthy(kind, rest, { random, log })));
  }
  return rows;
}

/** Starts a fresh cluster and runs until the last fault or one without recovery. */
async function runUntilUnhealthy(
  kind: ClusterKind,
  faults: readonly Fault[],
  { random, log }: Omit<Setting, "missing">,
): Promise<Row[]> {
  log(`starting VEGA: ${kind}`);
  const cluster = await openCluster(kind, log);
  const { platform } = cluster;
  // The row shows a platform that does not become ready.
  const ready = () => platform.ready().catch(() => undefined);
  const workload = startWorkload({ ...platform, ready });
  const prober = startProber(cluster.platform);
  const rows: Row[] = [];
  try {
    for (const fault of faults) {
      const row = await runOne(fault, { cluster, workload, random, log }, prober);
      rows.push(row);
      log(
        [fault.name, `healthy after ${row.healthySeconds?.toFixed(1)} s`, ...row.notes].join("; "),
      );
      if (row.notes.length > 0) {
        const file = join(tmpdir(), `vega-chaos-${fault.name}.log`);
        await writeFile(file, await platform.output());
        log(`output of VEGA: ${file}`);
      }
      if (row.healthySeconds === Number.POSITIVE_INFINITY) break;
    }
  } finally {
    await prober.stop();
    await workload.close();
    await cluster.close();
  }
  return rows;
}

function skipped(fault: string, why: string, log: Setting["log"]): Row {
  log(`${fault} SKIPPED: ${why}`);
  const none = { writes: 0, answers: 0, lost: 0, doubled: 0, green: 0, red: 0 };
  return { fault, healthySeconds: undefined, ...none, notes: [`SKIPPED, ${why}`] };
}

async function runOne(fault: Fault, context: FaultContext, prober: Prober): Promise<Row> {
  const { cluster, workload } = context;
  const before = counts(workload, prober);
  workload.begin();
  await delay(STEADY_MS);
  await prober.wrongReadiness();
  const notes: string[] = [];
  await fault.inject(context).catch((error: unknown) => {
    notes.push(`the fault itself failed: ${String(error)}`);
  });
  const healthySeconds = await untilHealthy(cluster).catch((error: unknown) => {
    notes.push(reasonOf(error));
    return Number.POSITIVE_INFINITY;
  });
  await delay(STEADY_MS);
  const { green, red } = await prober.wrongReadiness();
  if (Number.isFinite(healthySeconds)) await workload.pause();
  const checked = await check(cluster, workload, prober);
  notes.push(...checked.findings);
  if (!fault.rejectsLoad && green > WRONG_READINESS_MS)
    notes.push(`ready for ${green} ms, and writes failed`);
  if (!fault.rejectsLoad && red > WRONG_READINESS_MS)
    notes.push(`not ready for ${red} ms, and writes succeeded`);
  const after = counts(workload, prober);
  return {
    fault: fault.name,
    healthySeconds,
    writes: after.writes - before.writes,
    answers: after.answers - before.answers,
    lost: checked.lost,
    doubled: checked.doubled,
    green: green / 1_000,
    red: red / 1_000,
    notes,
  };
}

const counts = (workload: Workload, prober: Prober) => ({
  writes: workload.written().size + prober.acknowledged.size,
  answers: workload.completions().size,
});

/** Seconds until readiness, health, writes, models and the loop work. */
async function untilHealthy({ platform }: Cluster): Promise<number> {
  const from = performance.now();
  const { api } = platform;
  let iteration: number | undefined;
  let lacks = "a response";
  const healthy = async () => {
    lacks = "a response of /readyz";
    const { status } = await fetch(`${api.url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    lacks = `readiness (${status})`;
    if (status !== 200) return false;
    const health = await api.get("/api/health");
    lacks = `health: ${JSON.stringify(health.body)}`;
    if (health.body.status !== "ok") return false;
    lacks = "a write that succeeds";
    const key = `healthy/k${Math.trunc(performance.now())}`;
    const write = await api.send("PUT", `/api/memory/${key}`, { value: null });
    if (write.status !== 200) return false;
    lacks = "a completion";
    if (!(await completeOnce(platform, `healthy? ${performance.now()}`, false))) return false;
    lacks = "an iteration";
    const loop = await api.get("/api/infinity-loop");
    iteration ??= loop.body.iteration;
    return loop.body.iteration > (iteration ?? 0);
  };
  await until("it is healthy", healthy, HEALTHY_MS).catch((cause: unknown) => {
    throw new Error(`not healthy within ${HEALTHY_MS / 1_000} s, lacks ${lacks}`, { cause });
  });
  return (performance.now() - from) / 1_000;
}

/** Compares what each client received with the stored state. */
async function check(cluster: Cluster, workload: Workload, prober: Prober) {
  const notes: string[] = [];
  const note = (error: unknown) => void notes.push(reasonOf(error));
  const expected = {
    written: new Map([...workload.written(), ...prober.acknowledged]),
    completions: workload.completions(),
  };
  try {
    const stored = await readStored(await cluster.store());
    const head = stored.entries.at(-1)?.sequence ?? 0;
    const newest = publicSequences(stored.entries, [1, head]).at(-1) ?? 0;
    const caughtUp = () => workload.subscribers.every(({ ids }) => (ids.at(-1) ?? 0) >= newest);
    await until("every subscriber has all events", caughtUp, HEALTHY_MS).catch(note);
    const received = [...workload.subscribers.map(({ ids }) => ids), ...workload.received()];
    const result = compare(stored, { ...expected, received });
    const resyncs = workload.subscribers.reduce((sum, one) => sum + one.resyncs(), 0);
    if (resyncs > 0) notes.push(`${resyncs} resyncs of subscribers`);
    const commands = await commandFaults(await cluster.store());
    return { ...result, findings: [...notes, ...result.findings, ...commands] };
  } catch (error) {
    note(error);
    return { lost: 0, doubled: 0, findings: notes };
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
