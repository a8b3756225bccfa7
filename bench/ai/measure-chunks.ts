import { show } from "../figures.ts";
import type { Section } from "../section.ts";
import { against } from "./compare.ts";
import type { AiOptions } from "./options.ts";
import type { Bench } from "./rounds.ts";
import { busyNote, chunksASecond, faultsOf, inTurn, rawOf } from "./rounds.ts";

const CLIENTS = 16;
const MANNER = { chunks: 500, gapMs: 0 };

/** Streams of an upstream that writes chunk after chunk as fast as they are taken. */
export async function measureChunks(bench: Bench, options: AiOptions): Promise<Section> {
  const { rounds, seconds } = options;
  const load = { ...MANNER, stream: true, clients: CLIENTS, seconds, open: true };
  const measured = await inTurn(bench, rounds, load);
  return {
    title: `${CLIENTS} streams of ${MANNER.chunks} chunks as fast as can be`,
    columns: ["asked", "chunks/s", "of direct"],
    rows: against(measured, (one, direct) => [
      one.target.name,
      show(chunksASecond(one)),
      show(chunksASecond(one) / chunksASecond(direct)),
    ]),
    notes: [busyNote(measured)],
    aims: [],
    faults: faultsOf(measured),
    raw: rawOf(measured),
  };
}
