import { setTimeout as delay } from "node:timers/promises";
import { startChild } from "../child.ts";
import { interruptible } from "../interruptible.ts";
import type { Results } from "../keep.ts";
import { startResults } from "../keep.ts";
import { residentNow, residentSection, watchResident } from "../resident.ts";
import { startChain } from "./chain.ts";
import { CHAIN, DIRECT, PORTKEY, VEGA } from "./compare.ts";
import { measureAtOnce } from "./measure-at-once.ts";
import { measureChunks } from "./measure-chunks.ts";
import { measureFirstChunk } from "./measure-first-chunk.ts";
import { measureOrchestra } from "./measure-orchestra.ts";
import { measureWhole } from "./measure-whole.ts";
import type { AiOptions } from "./options.ts";
import { installPortkey, startPortkey } from "./portkey.ts";
import { watchMachine } from "./watch-machine.ts";
import type { Bench, Subject } from "./rounds.ts";
import { faultsOf, inTurn } from "./rounds.ts";
import { storedSection } from "./stored.ts";
import { startUpstream } from "./upstream.ts";
import { startVega } from "./vega.ts";

/** Before a process is called idle. */
const SETTLE_MS = 5_000;
const WARM_UP = { clients: 64, seconds: 3, open: true };

/** Measures, shows and keeps the results. Returns whether all that was measured was right, too. */
export async function benchAi(options: AiOptions): Promise<boolean> {
  const results = startResults("-ai");
  const started = new AsyncDisposableStack();
  const facts = await interruptible(
    () => measure(options, results, started),
    () => started.disposeAsync(),
  );
  return results.keep(options, facts);
}

/** @param started is given what has to be ended. Throws Error when the upstream ends before its time. */
async function measure(options: AiOptions, results: Results, started: AsyncDisposableStack) {
  const upstream = await startUpstream(options.waitMs);
  started.defer(upstream.close);
  const clients = startChild(new URL("./clients.ts", import.meta.url));
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
    noted({ name }, report) {
      if (name === VEGA) for (const nonce of report.acknowledged) acknowledged.add(nonce);
    },
  };
  const pids = new Map(targets.flatMap((subject) => [...subject.pids]));
  await delay(SETTLE_MS);
  const idle = residentNow(pids);
  await warmUp(bench);
  const watch = watchResident(pids);
  const watchAll = watchMachine(new Map([...pids, ...Object.entries(own)]));
  add(await measureWhole(bench, options));
  // The bare chain does not stream.
  const streaming = { ...bench, targets: targets.filter(({ target }) => target.name !== CHAIN) };
  add(await measureFirstChunk(streaming, options));
  add(await measureChunks(streaming, options));
  add(await measureAtOnce(streaming, options));
  const direct = targets.find(({ target }) => target.name === DIRECT);
  const vega = targets.find(({ target }) => target.name === VEGA);
  // Before the orchestra, whose answers are a conductor's and tell of no request.
  if (vega) add(await storedSection(vega.target, acknowledged));
  if (direct && vega) add(await measureOrchestra(direct.target, vega.target));
  const load = watch();
  add(watchAll());
  add(residentSection("idle after the start; under these loads", idle, load));
}

/** What is compiled only when it is used often is no part of the figures. Throws Error for a first wrong answer. */
async function warmUp(bench: Bench): Promise<void> {
  for (const stream of [false, true]) {
    const load = { ...WARM_UP, stream, chunks: stream ? 20 : 1, gapMs: 0 };
    const [fault] = faultsOf(await inTurn(bench, 1, load));
    if (fault !== undefined) throw new Error(fault);
  }
}
