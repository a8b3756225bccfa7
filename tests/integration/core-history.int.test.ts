import type { Network } from "@vega/test-support";
import { startNetwork } from "@vega/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";

const NAMES = ["alpha", "omega", "vega", "mirror"];
const ITERATIONS = 12;
const admin = { authorization: "Bearer a-token-for-tests-only" };

interface Point {
  sequence: number;
  time: string;
  power: number;
}
interface Answer {
  from: number;
  to: number;
  points: number;
  series: Record<string, Point[]>;
}

let network: Network;
beforeAll(async () => {
  network = await startNetwork();
  const { api } = network;
  await api.send("POST", "/api/infinity-loop/stop");
  for (let n = 0; n < ITERATIONS; n += 1) {
    await api.send("POST", "/api/memory-update", { update: { n } });
    await api.send("POST", "/api/infinity-loop/iterate");
  }
});
afterAll(() => network?.close());

async function history(query = ""): Promise<Answer> {
  const { status, body } = await network.api.get(`/api/history/cores${query}`, admin);
  expect([status, body]).toEqual([200, expect.anything()]);
  return body as Answer;
}

test("each point has the cores of its time, and all points are returned if the limit allows", async () => {
  const { from, to, points, series } = await history();
  expect([from, points]).toEqual([1, 500]);
  expect(Object.keys(series).toSorted()).toEqual(NAMES.toSorted());
  // The first entry created the cores.
  for (const name of NAMES) expect(series[name]?.length).toBeGreaterThan(ITERATIONS);
  for (const { sequence } of series["alpha"] ?? []) {
    const then = await network.api.get(`/api/cores?sequence=${sequence}`);
    for (const name of NAMES) {
      const point = series[name]?.find((candidate) => candidate.sequence === sequence);
      expect(point).toMatchObject({
        power: then.body[name].power,
        time: then.headers.get("vega-time"),
      });
    }
  }
  expect(to).toBeGreaterThanOrEqual(series["alpha"]?.at(-1)?.sequence ?? Infinity);
});

test("from and to are sequences or times, and are inclusive", async () => {
  const all = (await history()).series["vega"] ?? [];
  const [first, last] = [all[3], all[7]];
  if (!first || !last) throw new Error("too few points");
  const bySequence = await history(`?from=${first.sequence}&to=${last.sequence}`);
  expect(bySequence).toMatchObject({ from: first.sequence, to: last.sequence });
  expect(bySequence.series["vega"]).toEqual(all.slice(3, 8));
  const inZone = first.time.replace("Z", "%2B00:00");
  const byTime = await history(`?from=${inZone}&to=${last.time}`);
  expect(byTime.series).toEqual(bySequence.series);
  const short = await history(`?from=${first.sequence}&to=${last.sequence}&points=3`);
  expect(short.series["vega"]?.map(({ sequence }) => sequence)).toEqual([
    first.sequence,
    expect.any(Number),
    last.sequence,
  ]);
  const later = await history("?from=2999-01-01T00:00:00Z");
  expect(later.from).toBe(later.to + 1);
  expect(Object.values(later.series)).toEqual([[], [], [], []]);
});

test.each([
  ["?from=9&to=3", 400],
  ["?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z", 400],
  ["?from=yesterday", 400],
  ["?from=0", 400],
  ["?points=2", 400],
  ["?points=2001", 400],
  ["?core=alpha", 400],
  ["?to=999999", 404],
  ["?to=2020-01-01T00:00:00Z", 404],
])("an invalid query is refused: %s", async (query, status) => {
  const answer = await network.api.get(`/api/history/cores${query}`, admin);
  expect(answer.status).toBe(status);
  expect(answer.body.detail).toBeTruthy();
});

test("the cores' history requires the permission of the history", async () => {
  expect((await network.api.get("/api/history/cores")).status).toBe(401);
});
