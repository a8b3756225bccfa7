import { expect, test } from "vitest";
import { createRing } from "./ring.ts";

const frame = (sequence: number) => ({
  sequence,
  type: 1,
  requires: 0,
  account: null,
  bytes: Buffer.from(`${sequence}`),
});

function ringWith(size: number, base: number, last: number) {
  const ring = createRing(size, base);
  for (let sequence = base + 1; sequence <= last; sequence += 1) ring.push(frame(sequence));
  return ring;
}

const sequences = (frames: { sequence: number }[] | undefined) =>
  frames?.map(({ sequence }) => sequence);

test("an empty ring covers its base and nothing before", () => {
  const ring = createRing(3, 10);
  expect(ring.head()).toBe(10);
  expect(ring.after(10, 5)).toEqual([]);
  expect(ring.after(9, 5)).toBeUndefined();
});

test("returns the frames after a sequence up to the limit", () => {
  const ring = ringWith(10, 10, 15);
  expect(sequences(ring.after(11, 100))).toEqual([12, 13, 14, 15]);
  expect(sequences(ring.after(11, 2))).toEqual([12, 13]);
  expect(ring.after(15, 100)).toEqual([]);
});

test("overwritten frames are undefined", () => {
  const ring = ringWith(3, 0, 8);
  expect(sequences(ring.after(5, 100))).toEqual([6, 7, 8]);
  expect(ring.after(4, 100)).toBeUndefined();
});

test("a sequence beyond the head is undefined", () => {
  expect(ringWith(3, 0, 2).after(3, 1)).toBeUndefined();
});

test("refuses a gap", () => {
  expect(() => ringWith(3, 0, 2).push(frame(4))).toThrow("does not follow");
});
