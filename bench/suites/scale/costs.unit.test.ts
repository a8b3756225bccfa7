import { expect, test } from "vitest";
import type { Sample } from "./costs.ts";
import { figuresOf } from "./costs.ts";

const sample = (answers: number, gateways: readonly [number, number], state: number): Sample => ({
  round: {
    answers,
    perSecond: answers / 2,
    failed: 0,
    generator: 0.5,
    p50: answers / 100,
    p99: answers / 10,
    max: answers,
  },
  faults: [],
  cpuMs: 400,
  cpu: { "gateway-1": gateways[0], "gateway-2": gateways[1], "state-1": state, nats: 0 },
});

test("the cost of a request is the sum over all replicas; the busiest is one process", () => {
  const figures = figuresOf([sample(1_000, [500, 300], 700)]);
  expect(figures.cost).toEqual({ gateway: 0.8, state: 0.7, nats: 0, generator: 0.4 });
  expect(figures.busiest).toEqual({ name: "state-1", cores: 0.35 });
  expect(figures.cores).toBeCloseTo(0.95);
  expect(figures).toMatchObject({ perSecond: 500, p50: 10, p99: 100 });
});

test("each figure is the median of the rounds", () => {
  const rounds = [
    [3_000, 300],
    [1_000, 700],
    [2_000, 200],
  ] as const;
  const figures = figuresOf(rounds.map(([answers, state]) => sample(answers, [0, 0], state)));
  expect(figures.perSecond).toBe(1_000);
  expect(figures.cost["state"]).toBe(0.1);
});
