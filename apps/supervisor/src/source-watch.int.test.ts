import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { watchSources } from "./source-watch.ts";

function startWatch() {
  const root = mkdtempSync(join(tmpdir(), "vega-watch-"));
  for (const folder of ["services/auth/src/handlers", "libs/contracts/src"]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  const reports: string[] = [];
  const stop = new AbortController();
  watchSources({
    root,
    changed: (services, file) => reports.push(`${file}: ${[...services].join()}`),
    failed: (error) => reports.push(error.message),
    stop: stop.signal,
  });
  onTestFinished(() => {
    stop.abort();
    rmSync(root, { recursive: true });
  });
  return { reports, write: (file: string) => writeFileSync(join(root, file), "1"), root };
}

test("a file that an editor replaces by a rename is reported each time", async () => {
  const { root, reports, write } = startWatch();
  const file = "services/auth/src/handlers/accounts.ts";
  for (const saves of [1, 2, 3]) {
    write(`${file}~`);
    renameSync(join(root, `${file}~`), join(root, file));
    await vi.waitFor(() => expect(reports).toHaveLength(saves));
  }
  expect(new Set(reports)).toEqual(new Set([`${file}: auth`]));
});

test("files in new folders are reported, tests and other files are not", async () => {
  const { root, reports, write } = startWatch();
  mkdirSync(join(root, "libs/contracts/src/users"));
  await vi.waitFor(
    () => {
      write("libs/contracts/src/users/index.ts");
      write("services/auth/src/a.unit.test.ts");
      write("services/auth/src/notes.md");
      expect(reports.length).toBeGreaterThan(0);
    },
    { interval: 400 },
  );
  expect(reports[0]).toBe("libs/contracts/src/users/index.ts: state,auth,ai,loop,gateway");
});
