import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { checkClock } from "./clock.ts";
import { lineOf } from "./finding.ts";
import { checkFolder, checkSecrets } from "./folder.ts";
import { checkNode } from "./machine.ts";

const NOW = Date.parse("2027-01-01T12:00:00Z");
const inSeconds = (seconds: number) => new Date(NOW + seconds * 1_000).toISOString();

test.each([
  ["ok", "an old entry proves nothing", NOW, inSeconds(-86_400), []],
  ["ok", "half a second is not a skew", NOW, inSeconds(0.5), []],
  ["warn", "the log is ahead of the clock", NOW, inSeconds(20), []],
  ["fail", "the log is far ahead, and no other clock is known", NOW, inSeconds(3_600), []],
  ["warn", "only the log is far ahead", NOW, inSeconds(3_600), [{ name: "MongoDB", ms: 20 }]],
  ["fail", "the log and another clock are", NOW, inSeconds(90), [{ name: "MongoDB", ms: 90_000 }]],
  ["fail", "the database's clock is another one", NOW, null, [{ name: "MongoDB", ms: -90_000 }]],
  ["fail", "a battery is empty", 0, null, []],
])("the clock: %s where %s", (level, _, now, lastEntry, ahead) => {
  expect(checkClock(now, { lastEntry, ahead }).level).toBe(level);
});

test("the remedy for a log that is ahead names both causes, or one where another clock decides", () => {
  const lastEntry = inSeconds(3_600);
  const remedy = (ahead: { name: string; ms: number }[]) =>
    checkClock(NOW, { lastEntry, ahead }).remedy;
  expect(remedy([])).toMatch(
    /If it is behind, set the clock.*If it is right, nothing needs to be done/,
  );
  expect(remedy([{ name: "MongoDB", ms: 20 }])).toContain("none, the clock agrees with MongoDB");
  expect(remedy([{ name: "MongoDB", ms: 3_600_000 }])).toMatch(/^set the clock/);
});

test("an old Node.js fails", () => {
  expect(checkNode("24.1.0").level).toBe("ok");
  expect(checkNode("22.9.0")).toMatchObject({
    level: "fail",
    remedy: expect.stringContaining("24"),
  });
});

test("a missing data folder is ok, because the start creates it; a file in its place fails", () => {
  const folder = mkdtempSync(join(tmpdir(), "vega-doctor-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(checkFolder(join(folder, "a", "b"))).toMatchObject([{ level: "ok" }]);
  const file = join(folder, "file");
  writeFileSync(file, "");
  expect(checkFolder(file)).toMatchObject([{ level: "fail" }]);
});

test("files with secrets that others can read are named, with the command that fixes them", () => {
  const folder = mkdtempSync(join(tmpdir(), "vega-doctor-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [token, own] = [join(folder, "admin-token"), join(folder, "own")];
  for (const path of [token, own]) writeFileSync(path, "x", { mode: 0o600 });
  const env = { VEGA_SECRET_FILE: own, SSL_CERT_FILE: "/etc/passwd" };
  expect(checkSecrets(folder, env)).toMatchObject([{ level: "ok" }]);
  for (const path of [token, own]) chmodSync(path, 0o644);
  const remedy = `chmod 600 ${token} ${own}`;
  expect(checkSecrets(folder, env)).toMatchObject([{ level: "warn", remedy }]);
});

test("a finding is one line, its remedy a second one", () => {
  expect(lineOf({ level: "ok", check: "disk", result: "9 GiB" })).toBe(
    "ok    disk           9 GiB",
  );
  expect(
    lineOf({ level: "fail", check: "port", result: "5000 is in use", remedy: "set PORT" }),
  ).toBe("fail  port           5000 is in use\n                     → set PORT");
});
