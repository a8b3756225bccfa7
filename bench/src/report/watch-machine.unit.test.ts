import { expect, test } from "vitest";
import { sectionOf } from "./watch-machine.ts";

test("busy time of other processes has a row, and a note from a tenth on", () => {
  const quiet = sectionOf({ gateway: 400, upstream: 100 }, 550, 1_000);
  expect(quiet.rows).toEqual([
    ["gateway", "40.0"],
    ["upstream", "10.0"],
    ["others", "5.0"],
  ]);
  expect(quiet.notes).toEqual([]);
  const [note] = sectionOf({ gateway: 400 }, 900, 1_000).notes;
  expect(note).toContain("other processes took 50 %");
});

test("a negative share from the kernel rounding shows as 0", () => {
  expect(sectionOf({ gateway: 520 }, 510, 1_000).rows.at(-1)).toEqual(["others", "0.0"]);
});
