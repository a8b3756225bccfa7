import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const FILES = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...globSync("docs/**/*.md", { cwd: ROOT }),
];

/** A heading's anchor, as GitHub makes it. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-");

const withoutBlocks = (text: string) => text.replaceAll(/^( *)```[^]*?^\1```$/gm, "");

const anchorsOf = (path: string) =>
  Array.from(
    withoutBlocks(readFileSync(path, "utf8")).matchAll(/^#+ (.+)$/gm),
    ([, heading = ""]) => anchorOf(heading),
  );

test("links between documents lead to files and headings that exist", () => {
  const broken = FILES.flatMap((file) => {
    const text = withoutBlocks(readFileSync(join(ROOT, file), "utf8"));
    return Array.from(text.matchAll(/\]\((?!\w+:)([^)#]*)(?:#([^)]*))?\)/g)).flatMap(
      ([, path = "", anchor]) => {
        const target = path === "" ? join(ROOT, file) : join(ROOT, dirname(file), path);
        const link = `${file} → ${relative(ROOT, target)}${anchor ? `#${anchor}` : ""}`;
        if (!existsSync(target)) return [link];
        return anchor && !anchorsOf(target).includes(anchor) ? [link] : [];
      },
    );
  });
  expect(broken).toEqual([]);
});

const CODE_PATH = /`((?:apps|bench|deploy|docs|libs|services|tests|tools)\/[^`\s]*)`/g;

/** `<entity>` stands for any name, `{a,b}` for each of them. */
const asGlob = (path: string) => path.replaceAll(/<[^>]+>/g, "*");

test("paths in backticks exist", () => {
  const missing = FILES.flatMap((file) => {
    const text = withoutBlocks(readFileSync(join(ROOT, file), "utf8"));
    return Array.from(text.matchAll(CODE_PATH), ([, path = ""]) => path)
      .filter((path) => globSync(asGlob(path), { cwd: ROOT }).length === 0)
      .map((path) => `${file} → ${path}`);
  });
  expect(missing).toEqual([]);
});
