import { show } from "../../src/statistics.ts";
import type { Section } from "../../src/report/section.ts";
import { against } from "./compare.ts";
import type { AiOptions } from "./options.ts";
import type { Bench } from "./rounds.ts";
import { busyNote, chunksASecond, faultsOf, measureRounds, rawOf } from "./rounds.ts";

const CLIENTS = 16;
const SHAPE = { chunks: 500, gapMs: 0 };

/** Streams whose provider writes chunks as fast as the client reads. */
export async function measureChunks(bench: Bench, options: AiOptions): Promise<Section> {
  const { rounds, seconds } = options;
  const load = { ...SHAPE, stream: true, clients: CLIENTS, seconds, open: true };
  const measured = await measureRounds(bench, rounds, load);
  return {
    title: `${CLIENTS} streams of ${SHAPE.chunks} chunks at full speed`,
    columns: ["target", "chunks/s", "of direct"],
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
