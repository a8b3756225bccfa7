import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const UNIT = join(import.meta.dirname, "../../deploy/systemd/vega.service");
const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;

/** What `systemd-analyze verify` writes about a unit's text; empty where it finds no fault. */
function verify(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "vega-unit-"));
  try {
    const path = join(folder, "vega.service");
    writeFileSync(path, text);
    const { stdout, stderr } = spawnSync("systemd-analyze", ["verify", path], { encoding: "utf8" });
    return stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.skipIf(!hasSystemd)("systemd accepts the unit", () => {
  // npm may be elsewhere on the machine that tests.
  const npm = execFileSync("sh", ["-c", "command -v npm"], { encoding: "utf8" }).trim();
  const text = readFileSync(UNIT, "utf8").replace("ExecStart=/usr/bin/npm", `ExecStart=${npm}`);
  expect(verify(text)).toBe("");
  expect(verify(text.replace("KillMode=mixed", "KillMode=sometimes"))).toContain(
    "Failed to parse kill mode",
  );
});
