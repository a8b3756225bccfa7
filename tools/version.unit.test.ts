import { VERSION } from "@vega/contracts";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const manifests = globSync(
  "{package.json,{apps,libs,services}/*/package.json,bench/package.json,tests/support/package.json}",
  {
    cwd: ROOT,
  },
);

test("all packages have one version, which the changelog and the manifests name", () => {
  expect(manifests.length).toBeGreaterThan(10);
  for (const file of manifests)
    expect([file, JSON.parse(read(file)).version]).toEqual([file, VERSION]);
  expect(read("CHANGELOG.md")).toContain(`## ${VERSION}`);
  const tags = read("deploy/kubernetes/production/kustomization.yaml").match(/newTag: \S+/g);
  expect(new Set(tags)).toEqual(new Set([`newTag: ${VERSION}`]));
});
