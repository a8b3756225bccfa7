import { expect, test } from "vitest";
import { alternateRounds } from "./alternate.ts";

test("subjects take turns, in reverse order every second round; the warm-up is not recorded", async () => {
  const order: string[] = [];
  const subject = (name: string) =>
    [
      name,
      async (round: number) => {
        order.push(`${name}${round}`);
        return round * 10;
      },
    ] as const;
  const subjects = new Map([subject("a"), subject("b")]);
  const results = await alternateRounds({ rounds: 2, warmUp: true }, subjects);
  expect(order).toEqual(["b0", "a0", "a1", "b1", "b2", "a2"]);
  expect([...results]).toEqual([
    ["a", [10, 20]],
    ["b", [10, 20]],
  ]);
});
