import { expect, test } from "vitest";
import type { Denial } from "./denials.ts";
import { createDenials } from "./denials.ts";

const denial = (address: string, route = "/api/x"): Denial => ({
  method: "POST",
  route,
  reason: "forbidden",
  context: { actor: { id: "anonymous", address } },
});

function given() {
  const told: [string | undefined, number][] = [];
  let now = 0;
  const denials = createDenials(
    (one, count) => told.push([one.context.actor.address, count]),
    () => now,
  );
  return { told, denials, pass: (ms: number) => (now += ms) };
}

test("the first is recorded at once, the rest of its minute as one entry", () => {
  const { told, denials, pass } = given();
  for (let n = 0; n < 50; n += 1) denials.note(denial("1.1.1.1"));
  denials.note(denial("2.2.2.2"));
  expect(told).toEqual([
    ["1.1.1.1", 1],
    ["2.2.2.2", 1],
  ]);
  pass(60_000);
  denials.note(denial("2.2.2.2"));
  expect(told.slice(2)).toEqual([
    ["1.1.1.1", 49],
    ["2.2.2.2", 1],
  ]);
});

test("invented kinds do not grow the log", () => {
  const { told, denials } = given();
  for (let n = 0; n < 5_000; n += 1) denials.note(denial(`10.0.${n >> 8}.${n & 255}`));
  expect(told).toHaveLength(200);
});

test("pending counts are recorded at the stop", () => {
  const { told, denials } = given();
  denials.note(denial("1.1.1.1"));
  denials.note(denial("1.1.1.1"));
  denials.flush();
  expect(told).toEqual([
    ["1.1.1.1", 1],
    ["1.1.1.1", 1],
  ]);
});
