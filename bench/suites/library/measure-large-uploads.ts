import { randomBytes } from "node:crypto";
import type { BenchPlatform } from "../../src/cluster/platform.ts";
import { mebibytes, residentNow, watchResident } from "../../src/process/resident.ts";
import type { Section } from "../../src/report/section.ts";
import { show } from "../../src/statistics.ts";
import { upload } from "./upload.ts";

const MEBIBYTE = 1024 * 1024;
/** Growth of resident memory, MiB. */
const GOALS = { gateway: 64, state: 96 } as const;
/** The header of a sound: the rest is not looked at. */
const HEADER = Buffer.from("RIFF\0\0\0\0WAVEfmt ", "latin1");

/** Resident memory of gateway and state while large files are uploaded at once. */
export async function measureLargeUploads(
  platform: BenchPlatform,
  count: number,
  mib: number,
): Promise<Section> {
  // What the first upload loads is not growth.
  await upload(platform, new Blob([HEADER, randomBytes(MEBIBYTE)]), "first.wav");
  const pids = new Map([...(await platform.pids())].filter(([name]) => name in GOALS));
  const contents = Array.from(
    { length: count },
    () => new Blob([HEADER, randomBytes(mib * MEBIBYTE - HEADER.length)]),
  );
  const before = residentNow(pids);
  const stop = watchResident(pids);
  const started = performance.now();
  await Promise.all(contents.map((content, n) => upload(platform, content, `${n}.wav`)));
  const seconds = (performance.now() - started) / 1_000;
  const samples = stop();
  const growth = (name: string) =>
    Math.max(...samples.map((sample) => sample[name] ?? 0)) - (before[name] ?? 0);
  return {
    title: `Resident memory during ${count} uploads of ${mib} MiB at once, MiB`,
    columns: ["process", "before", "growth, max"],
    rows: Object.keys(GOALS).map((name) => [
      name,
      mebibytes(before[name] ?? 0),
      mebibytes(growth(name)),
    ]),
    notes: [`${show(seconds)} s, ${show((count * mib) / seconds)} MiB a second`],
    aims: Object.entries(GOALS).map(([name, limit]) => ({
      what: `${name}: at most ${limit} MiB more`,
      met: growth(name) <= limit * MEBIBYTE,
    })),
    faults: [],
    raw: { seconds, before, samples },
  };
}
