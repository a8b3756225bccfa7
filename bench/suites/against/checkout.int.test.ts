import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { prepareCheckout } from "./checkout.ts";

/* Exports revisions of a small repository. */

const LOCKED = {
  "": {},
  "libs/one": { version: "1.0.0" },
  "node_modules/@vega/one": { resolved: "libs/one", link: true },
  "node_modules/pack": { version: "1.0.0", integrity: "sha512-a" },
};

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "vega-checkout-"));
  git("init", "--quiet");
  const manifest = { workspaces: ["libs/*", "absent"] };
  write("package.json", manifest);
  write("package-lock.json", { packages: LOCKED });
  write("libs/one/package.json", { name: "@vega/one" });
  write("libs/one/state.json", "committed");
  git("add", ".");
  git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "-m", "one");
  write("libs/one/state.json", "changed");
  write("node_modules/.package-lock.json", { packages: LOCKED });
  write("node_modules/pack/package.json", { name: "pack" });
  write("node_modules/@vega/gone/package.json", { name: "@vega/gone" });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function git(...args: readonly string[]): void {
  const { status, stderr } = spawnSync("git", ["-C", root, ...args], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
}

function write(path: string, content: unknown): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), JSON.stringify(content));
}

test("a checkout has the committed sources, its own workspaces and the root's packages", async () => {
  const { folder } = await prepareCheckout(root, "HEAD");
  expect(readFileSync(join(folder, "libs/one/state.json"), "utf8")).toBe('"committed"');
  const resolved = (name: string) => realpathSync(join(folder, "node_modules", name));
  expect(resolved("@vega/one")).toBe(realpathSync(join(folder, "libs/one")));
  expect(resolved("pack")).toBe(realpathSync(join(root, "node_modules/pack")));
  expect(() => resolved("@vega/gone")).toThrow("ENOENT");
  // A second run uses the export and links the packages again.
  expect((await prepareCheckout(root, "HEAD")).folder).toBe(folder);
});

test("an unknown revision is an error", async () => {
  await expect(prepareCheckout(root, "no-such-branch")).rejects.toThrow("no-such-branch");
});
