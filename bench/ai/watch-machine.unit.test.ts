import { expect, test } from "vitest";
import { sectionOf } from "./watch-machine.ts";

test("what is busy and none of ours is others', and said where it disturbs", () => {
  const quiet = sectionOf({ gateway: 400, upstream: 100 }, 550, 1_000);
  expect(quiet.rows).toEqual([
    ["gateway", "40.0"],
    ["upstream", "10.0"],
    ["others", "5.0"],
  ]);
  expect(quiet.notes).toEqual([]);
  const [note] = sectionOf({ gateway: 400 }, 900, 1_000).notes;
  expect(note).toContain("others took 50 %");
});

test("the kernel's rounding makes no share below nothing", () => {
  expect(sectionOf({ gateway: 520 }, 510, 1_000).rows.at(-1)).toEqual(["others", "0.0"]);
});
