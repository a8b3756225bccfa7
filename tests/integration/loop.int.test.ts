import type { Loop } from "@vega/contracts";
import { crystal, loop, systemContext } from "@vega/contracts";
import { request } from "@vega/messaging";
import type { Network } from "@vega/test-support";
import { readStreamUpTo, readWholeLog, startNetwork, until } from "@vega/test-support";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const context = systemContext("test");
const FILE = JSON.parse(
  readFileSync(
    new URL(
      "../../services/state/src/entities/crystal/time-crystal/fixtures/time_crystal.v2.json",
      import.meta.url,
    ),
    "utf8",
  ),
);

const loopOf = async ({ bus }: Network): Promise<Loop> =>
  (await request(bus, crystal.requests.get, {}, context)).crystal.loop;

/** The iterations in the log, which are consecutive except for the jump of an import. */
async function iterations(network: Network): Promise<number[]> {
  const events = await readWholeLog(network.bus);
  return events
    .filter(({ type }) => type === loop.events.iterated.type)
    .map(({ data }) => loop.events.iterated.data.parse(data).tick.iteration);
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe("three replicas of the loop", () => {
  let network: Network;
  beforeAll(async () => {
    network = await startNetwork({
      services: ["state", "loop", "ai", "auth"],
      replicas: { loop: 3 },
      timeScale: 0.01,
      env: { VEGA_LOOP_LEASE_MS: "500" },
    });
  });
  afterAll(() => network.close());

  test("publish every iteration exactly once, in the order 3, 5, 8", async () => {
    await until("twelve iterations", async () => (await loopOf(network)).iteration >= 12);
    const events = (await readWholeLog(network.bus)).filter(
      ({ type }) => type === loop.events.iterated.type,
    );
    const ticks = events.map(({ data }) => loop.events.iterated.data.parse(data).tick);
    expect(ticks.map(({ iteration }) => iteration)).toEqual(upTo(ticks.length));
    const cycle = [5, 8, 3];
    expect(ticks.map(({ phase }) => phase)).toEqual(ticks.map((_, index) => cycle[index % 3]));
  });

  test("reply to each manual iterate with its own iteration", async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => request(network.bus, loop.requests.iterate, {}, context)),
    );
    expect(new Set(answers.map(({ iteration }) => iteration)).size).toBe(12);
    const done = await iterations(network);
    expect(done).toEqual(upTo(done.length));
  });

  test("continue after a restart of all", async () => {
    const before = (await loopOf(network)).iteration;
    await network.stop("loop");
    await network.start("loop");
    await until("the loop continues", async () => (await loopOf(network)).iteration > before + 3);
    const done = await iterations(network);
    expect(done).toEqual(upTo(done.length));
  });

  test("continue after the bus lost its storage", async () => {
    const before = (await loopOf(network)).iteration;
    await network.nats.restart({ wipe: true });
    await until(
      "the loop continues",
      async () => (await loopOf(network)).iteration > before + 3,
      30_000,
    );
    const done = await iterations(network);
    expect(done).toEqual(upTo(done.length));
  });

  test("stop and start", async () => {
    const stopped = await request(network.bus, loop.requests.setActive, { active: false }, context);
    expect(stopped.loop).toMatchObject({ active: false, next_at: null });
    // A tick in flight still counts; after it there are only manual ones.
    const byHand = await request(network.bus, loop.requests.iterate, {}, context);
    const again = await request(network.bus, loop.requests.iterate, {}, context);
    expect(again.iteration).toBe(byHand.iteration + 1);
    expect((await loopOf(network)).next_at).toBeNull();
    await request(network.bus, loop.requests.setActive, { active: true }, context);
    await until(
      "the loop runs",
      async () => (await loopOf(network)).iteration > again.iteration + 2,
    );
  });

  test("follow the jump of an import and never decrease", async () => {
    const { report } = await request(network.bus, crystal.requests.import, { file: FILE }, context);
    expect(report.iteration).toBe(10_022);
    await until("the loop continues", async () => (await loopOf(network)).iteration > 10_025);
    const done = await iterations(network);
    const jump = done.indexOf(10_023);
    expect(done.slice(0, jump)).toEqual(upTo(jump));
    expect(done.slice(jump)).toEqual(upTo(done.length - jump).map((n) => 10_022 + n));
    const low = { ...FILE, meta: { ...FILE.meta, infinity_loop_iteration: 3 } };
    const second = await request(network.bus, crystal.requests.import, { file: low }, context);
    expect(second.report.iteration).toBeGreaterThan(10_025);
    expect(Object.keys(second.report.refused)).toContain("/meta/infinity_loop_iteration");
  });

  test("the stream has the log in its order", async () => {
    await request(network.bus, loop.requests.setActive, { active: false }, context);
    const { length: head } = await readWholeLog(network.bus);
    const seen = await readStreamUpTo(network.bus, head);
    // The wipe above removed earlier entries; the rest has no gap, no duplicate and the right order.
    expect(seen).toEqual(seen.map((_, index) => (seen[0] ?? 0) + index));
    expect(seen.length).toBeGreaterThan(10);
  });
});
