import { publicSequences, until } from "@vega/test-support";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Fault, Scene } from "./faults/fault.ts";
import { commandFaults } from "./judge/commands.ts";
import { judge } from "./judge/judge.ts";
import { readStored } from "./judge/stored.ts";
import { askOnce } from "./load/asker.ts";
import type { Load } from "./load/load.ts";
import { startLoad } from "./load/load.ts";
import type { Prober } from "./load/prober.ts";
import { startProber } from "./load/prober.ts";
import type { Random } from "./random.ts";
import type { Rig, RigKind } from "./rig/rig.ts";
import { openRig } from "./rig/open.ts";
import type { Row } from "./table.ts";

/** Load before and after a fault. */
const STEADY_MS = 1_500;
const HEALTHY_MS = 60_000;
/** What no service can notice at once; see docs/explanation/chaos.md. */
const UNTRUTH_MS = 5_000;

interface Setting {
  readonly random: Random;
  readonly log: (text: string) => void;
  /** Why these faults can't happen here. */
  readonly missing: string | undefined;
}

/** Has faults happen on one rig, one after the other. */
export async function runOn(
  kind: RigKind,
  faults: readonly Fault[],
  { random, log, missing }: Setting,
): Promise<Row[]> {
  if (missing !== undefined) return faults.map(({ name }) => skipped(name, missing, log));
  const rows: Row[] = [];
  for (let rest = faults; rest.length > 0; rest = faults.slice(rows.length)) {
    rows.push(...(await untilBroken(kind, rest, { random, log })));
  }
  return rows;
}

/** On a fresh rig, until the last fault, or one that it does not recover from. */
async function untilBroken(
  kind: RigKind,
  faults: readonly Fault[],
  { random, log }: Omit<Setting, "missing">,
): Promise<Row[]> {
  log(`starting VEGA: ${kind}`);
  const rig = await openRig(kind, log);
  const { platform } = rig;
  // One that is never ready again is for the row to tell.
  const ready = () => platform.ready().catch(() => undefined);
  const load = startLoad({ ...platform, ready });
  const prober = startProber(rig.platform);
  const rows: Row[] = [];
  try {
    for (const fault of faults) {
      const row = await runOne(fault, { rig, load, random, log }, prober);
      rows.push(row);
      log(
        [fault.name, `healthy after ${row.healthySeconds?.toFixed(1)} s`, ...row.notes].join("; "),
      );
      if (row.notes.length > 0) {
        const file = join(tmpdir(), `vega-chaos-${fault.name}.log`);
        await writeFile(file, await platform.output());
        log(`what VEGA said is in ${file}`);
      }
      if (row.healthySeconds === Number.POSITIVE_INFINITY) break;
    }
  } finally {
    await prober.stop();
    await load.close();
    await rig.close();
  }
  return rows;
}

function skipped(fault: string, why: string, log: Setting["log"]): Row {
  log(`${fault} SKIPPED: ${why}`);
  const none = { writes: 0, answers: 0, lost: 0, doubled: 0, green: 0, red: 0 };
  return { fault, healthySeconds: undefined, ...none, notes: [`SKIPPED, ${why}`] };
}

async function runOne(fault: Fault, scene: Scene, prober: Prober): Promise<Row> {
  const { rig, load } = scene;
  const before = counts(load, prober);
  load.begin();
  await delay(STEADY_MS);
  await prober.untruth();
  const notes: string[] = [];
  await fault.happen(scene).catch((error: unknown) => {
    notes.push(`the fault itself failed: ${String(error)}`);
  });
  const healthySeconds = await untilHealthy(rig).catch((error: unknown) => {
    notes.push(reasonOf(error));
    return Number.POSITIVE_INFINITY;
  });
  await delay(STEADY_MS);
  const { green, red } = await prober.untruth();
  if (Number.isFinite(healthySeconds)) await load.rest();
  const checked = await check(rig, load, prober);
  notes.push(...checked.faults);
  if (!fault.sheds && green > UNTRUTH_MS) notes.push(`ready for ${green} ms, and writes failed`);
  if (!fault.sheds && red > UNTRUTH_MS) notes.push(`not ready for ${red} ms, and writes succeeded`);
  const after = counts(load, prober);
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

const counts = (load: Load, prober: Prober) => ({
  writes: load.written().size + prober.acknowledged.size,
  answers: load.answered().size,
});

/** Seconds until everything works: readiness, every service, writes, models, the loop. */
async function untilHealthy({ platform }: Rig): Promise<number> {
  const from = performance.now();
  const { api } = platform;
  let iteration: number | undefined;
  let lacks = "an answer";
  const healthy = async () => {
    lacks = "an answer of /readyz";
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
    lacks = "a model that answers";
    if (!(await askOnce(platform, `healthy? ${performance.now()}`, false))) return false;
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

/** Compares what every client was told with what is stored. */
async function check(rig: Rig, load: Load, prober: Prober) {
  const notes: string[] = [];
  const note = (error: unknown) => void notes.push(reasonOf(error));
  const known = {
    written: new Map([...load.written(), ...prober.acknowledged]),
    answered: load.answered(),
  };
  try {
    const stored = await readStored(await rig.store());
    const head = stored.entries.at(-1)?.sequence ?? 0;
    const told = publicSequences(stored.entries, [1, head]).at(-1) ?? 0;
    const caughtUp = () => load.subscribers.every(({ ids }) => (ids.at(-1) ?? 0) >= told);
    await until("every subscriber has all events", caughtUp, HEALTHY_MS).catch(note);
    const heard = [...load.subscribers.map(({ ids }) => ids), ...load.heard()];
    const verdict = judge(stored, { ...known, heard });
    const resyncs = load.subscribers.reduce((sum, one) => sum + one.resyncs(), 0);
    if (resyncs > 0) notes.push(`${resyncs} times a subscriber was told to read everything anew`);
    const commands = await commandFaults(await rig.store());
    return { ...verdict, faults: [...notes, ...verdict.faults, ...commands] };
  } catch (error) {
    note(error);
    return { lost: 0, doubled: 0, faults: notes };
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
