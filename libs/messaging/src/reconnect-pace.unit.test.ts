import { expect, test } from "vitest";
import { reconnectPace } from "./reconnect-pace.ts";

test("the first attempt is immediate, later ones are delayed", () => {
  let now = 1_000;
  const wait = reconnectPace(
    () => now,
    () => 0.5,
  );
  expect(wait()).toBe(-Infinity);
  expect(wait()).toBe(300);
  now += 299;
  expect(wait()).toBe(1);
  now += 1;
  expect(wait()).toBe(-Infinity);
  expect(wait()).toBe(300);
});
