// `npm run test:chaos`: injects faults into the platform under load, and counts losses.
import { FAULTS } from "./faults/index.ts";
import type { Fault } from "./faults/fault.ts";
import type { Options } from "./options.ts";
import { help, readOptions } from "./options.ts";
import { randomOf } from "./random.ts";
import { containersMissing } from "./cluster/containers.ts";
import type { ClusterKind } from "./cluster/cluster.ts";
import { smallDiskMissing } from "./cluster/small-disk.ts";
import type { Row } from "./table.ts";
import { table } from "./table.ts";
import { runOn } from "./run.ts";

const CLUSTERS: readonly ClusterKind[] = [
  "embedded",
  "small-disk",
  "external-bus",
  "mongo",
  "compose",
];
const log = (text: string) => process.stderr.write(`chaos: ${text}\n`);

function options(): Options | undefined {
  const names = FAULTS.map(({ name }) => name);
  try {
    const seed = Math.floor(Math.random() * 1_000_000);
    const read = readOptions(process.argv.slice(2), names, seed);
    if (!read) process.stdout.write(`${help(names)}\n`);
    return read;
  } catch (error) {
    log((error as Error).message);
    process.exitCode = 2;
    return undefined;
  }
}

/** Why this machine cannot run such a cluster, or undefined. */
async function missingFor(kind: ClusterKind): Promise<string | undefined> {
  if (kind === "small-disk") return smallDiskMissing();
  return kind === "compose" ? containersMissing() : undefined;
}

async function runAll({ seed, rounds, only }: Options): Promise<Row[]> {
  log(`--seed ${seed} --rounds ${rounds}`);
  const random = randomOf(seed);
  const wanted = FAULTS.filter(({ name }) => only.length === 0 || only.includes(name));
  const rows: Row[] = [];
  for (const kind of CLUSTERS) {
    const here = wanted.filter(({ cluster }) => cluster === kind);
    const order: Fault[] = [];
    for (let round = 0; round < rounds; round += 1) order.push(...random.shuffled(here));
    if (order.length === 0) continue;
    const missing = await missingFor(kind);
    rows.push(...(await runOn(kind, order, { random, log, missing })));
  }
  return rows;
}

const chosen = options();
if (chosen) {
  const rows = await runAll(chosen);
  const bad = rows.filter(
    ({ healthySeconds, notes }) => healthySeconds !== undefined && notes.length > 0,
  );
  const skipped = rows.filter(({ healthySeconds }) => healthySeconds === undefined);
  process.stdout.write(`${table(rows)}\n\n`);
  process.stdout.write(
    `${rows.length - skipped.length} faults, ${bad.length} with something wrong, ${skipped.length} SKIPPED; --seed ${chosen.seed}\n`,
  );
  process.exit(bad.length > 0 ? 1 : 0);
}
