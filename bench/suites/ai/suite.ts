import { setTimeout as delay } from "node:timers/promises";
import { startChild } from "../../src/process/child.ts";
import { interruptible } from "../../src/process/interruptible.ts";
import type { Results } from "../../src/report/results.ts";
import { startResults } from "../../src/report/results.ts";
import { residentNow, residentSection, watchResident } from "../../src/process/resident.ts";
import { startChain } from "./chain.ts";
import { CHAIN, DIRECT, PORTKEY, VEGA } from "./compare.ts";
import { measureConcurrentStreams } from "./measure-concurrent-streams.ts";
import { measureChunks } from "./measure-chunks.ts";
import { measureFirstChunk } from "./measure-first-chunk.ts";
import { measureOrchestra } from "./measure-orchestra.ts";
import { measureNonStreaming } from "./measure-non-streaming.ts";
import type { AiOptions } from "./options.ts";
import { installPortkey, startPortkey } from "./portkey.ts";
import { watchMachine } from "../../src/report/watch-machine.ts";
import type { Bench, Subject } from "./rounds.ts";
import { faultsOf, measureRounds } from "./rounds.ts";
import { storedSection } from "./stored.ts";
import { startUpstream } from "../../src/upstream/upstream.ts";
import { startVega } from "./vega.ts";

/** Delay before a process counts as idle. */
const SETTLE_MS = 5_000;
const WARM_UP = { clients: 64, seconds: 3, open: true };

/** Measures, prints and keeps the results. @returns whether all completions were correct */
export async function benchAi(options: AiOptions): Promise<boolean> {
  const results = startResults("-ai");
  const started = new AsyncDisposableStack();
  const facts = await interruptible(
    () => measure(options, results, started),
    () => started.disposeAsync(),
  );
  return results.keep(options, facts);
}

/** @param started collects the started processes. Throws Error when the provider ends early. */
async function measure(options: AiOptions, results: Results, started: AsyncDisposableStack) {
  const upstream = await startUpstream(options.waitMs);
  started.defer(upstream.close);
  const clients = startChild(new URL("./client-process.ts", import.meta.url));
  started.defer(clients.close);
  const direct = { name: DIRECT, url: upstream.url, headers: {}, prefix: "" };
  const targets: Subject[] = [{ target: direct, pids: new Map() }];
  const facts: Record<string, string> = {};
  if (options.vega) {
    const vega = await startVega(upstream.url);
    started.defer(vega.close);
    targets.push({ target: vega.target, pids: await vega.platform.pids() });
    Object.assign(facts, { nats_server: vega.platform.natsVersion(), store: vega.platform.store });
  }
  if (options.portkey) {
    const absent = installPortkey();
    if (absent === undefined) {
      const portkey = await startPortkey(upstream.url);
      started.defer(portkey.close);
      targets.push({ target: portkey.target, pids: new Map([[PORTKEY, portkey.pid]]) });
    } else console.log(`without Portkey: ${absent}`);
  }
  if (options.chain) {
    const chain = await startChain(upstream.url);
    started.defer(chain.close);
    targets.push(chain);
  }
  const own = { clients: clients.pid, upstream: upstream.pid, bench: process.pid };
  const measured = measureAll({ clients, targets }, own, options, results);
  await Promise.race([measured, upstream.failed]);
  return facts;
}

/** @param own the benchmark's processes by name */
async function measureAll(
  { clients, targets }: Pick<Bench, "clients" | "targets">,
  own: Readonly<Record<string, number>>,
  options: AiOptions,
  { add }: Results,
): Promise<void> {
  const acknowledged = new Set<string>();
  const bench: Bench = {
    clients,
    targets,
    onReport({ name }, report) {
      if (name === VEGA) for (const nonce of report.acknowledged) acknowledged.add(nonce);
    },
  };
  const pids = new Map(targets.flatMap((subject) => [...subject.pids]));
  await delay(SETTLE_MS);
  const idle = residentNow(pids);
  await warmUp(bench);
  const watch = watchResident(pids);
  const watchAll = watchMachine(new Map([...pids, ...Object.entries(own)]));
  add(await measureNonStreaming(bench, options));
  // The bare chain has no streaming.
  const streaming = { ...bench, targets: targets.filter(({ target }) => target.name !== CHAIN) };
  add(await measureFirstChunk(streaming, options));
  add(await measureChunks(streaming, options));
  add(await measureConcurrentStreams(streaming, options));
  const direct = targets.find(({ target }) => target.name === DIRECT);
  const vega = targets.find(({ target }) => target.name === VEGA);
  // Before the orchestra, whose completions carry no nonce.
  if (vega) add(await storedSection(vega.target, acknowledged));
  if (direct && vega) add(await measureOrchestra(direct.target, vega.target));
  const load = watch();
  add(watchAll());
  add(residentSection("idle after the start; during these loads", idle, load));
}

/** Compiles the hot paths of all processes. Throws Error for a wrong completion. */
async function warmUp(bench: Bench): Promise<void> {
  for (const stream of [false, true]) {
    const load = { ...WARM_UP, stream, chunks: stream ? 20 : 1, gapMs: 0 };
    const [fault] = faultsOf(await measureRounds(bench, 1, load));
    if (fault !== undefined) throw new Error(fault);
  }
}
