import { expect, test } from "vitest";
import { untruthOf } from "./truth.ts";

const said = (...states: boolean[]) => states.map((ready, n) => ({ at: n * 100, ready }));
const tried = (...states: boolean[]) => states.map((ok, n) => ({ at: n * 100 + 50, ok }));

test("the longest stretch counts, of each kind of untruth", () => {
  const ready = said(true, true, true, true, false, false, true, false, true);
  const worked = tried(true, false, false, false, false, true, true, true, true);
  expect(untruthOf(ready, worked)).toEqual({ green: 200, red: 0 });
  expect(untruthOf(said(false, false, false), tried(true, true, true))).toEqual({
    green: 0,
    red: 200,
  });
});

test("what changes together is the truth", () => {
  expect(untruthOf(said(true, false, true), tried(true, false, true))).toEqual({
    green: 0,
    red: 0,
  });
});
