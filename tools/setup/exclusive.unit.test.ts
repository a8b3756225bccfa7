import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { exclusively } from "./exclusive.mjs";

const folder = mkdtempSync(join(tmpdir(), "vega-exclusive-"));
afterAll(() => rmSync(folder, { recursive: true }));
const lock = join(folder, "deep", "lock");

test("the lock is held during the work and released after it, also when the work fails", async () => {
  const seen = await exclusively(
    lock,
    () => undefined,
    async () => readdirSync(join(folder, "deep")),
  );
  expect(seen).toContain("lock");
  const failing = exclusively(
    lock,
    () => undefined,
    () => Promise.reject(new Error("no")),
  );
  await expect(failing).rejects.toThrow("no");
  expect(readdirSync(join(folder, "deep"))).toEqual([]);
});

test("the lock of an ended process, or one whose pid was reused, is taken over", async () => {
  for (const holder of ["999999999 boot:1", `${process.pid} boot:1`]) {
    writeFileSync(lock, holder);
    await expect(
      exclusively(
        lock,
        () => undefined,
        async () => "done",
      ),
    ).resolves.toBe("done");
  }
  expect(readdirSync(join(folder, "deep"))).toEqual([]);
});
