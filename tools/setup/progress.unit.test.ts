import { expect, test } from "vitest";
import { createProgress } from "./progress.mjs";

function given(isTTY: boolean) {
  const written: string[] = [];
  const waiting: (() => void)[] = [];
  let clock = 0;
  const stream = {
    isTTY,
    write(text: string) {
      written.push(text);
      for (const resolve of waiting.splice(0)) resolve();
    },
  };
  /** Advances the clock by 3 seconds between two lines. */
  const work = async () => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    clock += 3_000;
    await new Promise<void>((resolve) => waiting.push(resolve));
    return "result";
  };
  return { written, work, progress: createProgress(stream, { now: () => clock, periodMs: 5 }) };
}

test("without a terminal a step writes whole lines: its start, elapsed seconds, its end", async () => {
  const { written, work, progress } = given(false);
  expect(await progress.step("installing", "installed", work)).toBe("result");
  const text = written.join("");
  expect(text).toMatch(
    /^vega: installing …\nvega: installing … {3}0 s\nvega: installing … {3}3 s\n/,
  );
  expect(text).toMatch(/\nvega: installed {3}3\.0 s\n$/);
});

test("on a terminal the elapsed seconds replace one another and are removed", async () => {
  const { written, work, progress } = given(true);
  await progress.step("installing", "installed", work);
  const text = written.join("");
  expect(text).toContain("\r\u001B[Kvega: installing …   3 s");
  expect(text).not.toContain("s\n\r\u001B[Kvega: installing …   3 s");
  expect(text.endsWith("\r\u001B[K\r\u001B[Kvega: installed   3.0 s\n")).toBe(true);
});

test("failed work ends the lines and rejects with its error", async () => {
  const { written, progress } = given(false);
  const failing = progress.step("installing", "installed", () => Promise.reject(new Error("no")));
  await expect(failing).rejects.toThrow("no");
  expect(written.join("")).toBe("vega: installing …\n");
});
