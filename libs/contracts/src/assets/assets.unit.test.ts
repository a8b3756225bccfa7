import { describe, expect, test } from "vitest";
import { assetMetadataSchema } from "./documents.ts";
import { fileNameProblem } from "./file-name.ts";
import type { Viewer, Visibility } from "./visibility.ts";
import { maySee, mayChange, readerKeys, readersOf, VISIBILITIES } from "./visibility.ts";

const OWNERS = ["ada", "bob", null];
const READS = ["none", "public", "shared", "ownerless"] as const;

describe("visibility", () => {
  const viewers = [null, "ada"].flatMap((account) =>
    READS.map((reads): Viewer => ({ account, reads })),
  );
  const files = OWNERS.flatMap((created_by) =>
    VISIBILITIES.map((visibility) => ({ created_by, visibility })),
  );

  test("a list finds exactly the files that a viewer may see", () => {
    for (const viewer of viewers) {
      const keys = readerKeys(viewer);
      for (const file of files) {
        const isFound = readersOf(file).some((key) => keys.includes(key));
        expect([viewer, file, isFound]).toEqual([viewer, file, maySee(viewer, file)]);
      }
    }
  });

  const seenBy = (viewer: Viewer) =>
    files
      .filter((file) => maySee(viewer, file))
      .map((file) => `${file.created_by} ${file.visibility}`);
  const ofAda = ["ada private", "ada shared", "ada public"];

  test.each<[Viewer["reads"], string | null, string[]]>([
    ["none", null, []],
    ["none", "ada", ofAda],
    ["public", null, ["ada public", "bob public", "null public"]],
    ["shared", "ada", [...ofAda, "bob shared", "bob public", "null shared", "null public"]],
  ])("a viewer that reads %s with the account %s sees", (reads, account, expected) => {
    expect(seenBy({ account, reads }).toSorted()).toEqual(expected.toSorted());
  });

  test("an operator sees private files without an account, not those of accounts", () => {
    const seen = seenBy({ account: null, reads: "ownerless" });
    expect(seen).toContain("null private");
    expect(seen).not.toContain("ada private");
  });

  test("owners and operators change a file", () => {
    const file = { created_by: "ada", visibility: "shared" as Visibility };
    expect(mayChange({ account: "ada", reads: "none" }, file)).toBe(true);
    expect(mayChange({ account: "bob", reads: "shared" }, file)).toBe(false);
    expect(mayChange({ account: "bob", reads: "ownerless" }, file)).toBe(true);
    expect(mayChange({ account: null, reads: "public" }, { ...file, created_by: null })).toBe(
      false,
    );
  });
});

describe("file names", () => {
  test.each([
    "a.png",
    "anlætan Æ ∞ ß.jpg",
    "日本.md",
    "…",
    ".env",
    "a..b",
    "🐦‍⬛.png",
    "x".repeat(255),
  ])("%s is a file name", (name) => {
    expect(fileNameProblem(name)).toBeUndefined();
  });

  test.each<[string, string]>([
    ["", "missing"],
    ["../../etc/passwd", "path"],
    ["..\\windows\\system.ini", "path"],
    ["/etc/passwd", "path"],
    ["..", "folder"],
    [".", "folder"],
    ["a\0.png", "U+0000"],
    ["a\r\nset-cookie: x.png", "U+000D"],
    ["a\u001b[31m.png", "U+001B"],
    ["photo\u202egnp.exe", "U+202E"],
    ["a\u2066b.png", "U+2066"],
    ["a\u200bb.png", "U+200B"],
    ["\ufeffa.png", "U+FEFF"],
    ["a\ud800.png", "well-formed"],
    [" a.png", "space"],
    ["x".repeat(10_000), "10000 bytes"],
    ["æ".repeat(128), "256 bytes"],
  ])("%j is refused", (name, reason) => {
    expect(fileNameProblem(name)).toContain(reason);
  });
});

test("an emoji of several characters is one name; metadata has limits", () => {
  const good = { name: "a.png", title: "", category: "", tags: [], alt: "", visibility: "private" };
  const isGood = (of: object) => assetMetadataSchema.safeParse({ ...good, ...of }).success;
  expect(isGood({})).toBe(true);
  expect(isGood({ tags: Array.from({ length: 32 }, (_, n) => `t${n}`) })).toBe(true);
  expect(isGood({ tags: Array.from({ length: 33 }, (_, n) => `t${n}`) })).toBe(false);
  expect(isGood({ tags: ["a", "a"] })).toBe(false);
  expect(isGood({ tags: ["a,b"] })).toBe(false);
  expect(isGood({ tags: [" a"] })).toBe(false);
  expect(isGood({ title: "x".repeat(201) })).toBe(false);
  expect(isGood({ title: "a\u202eb" })).toBe(false);
  expect(isGood({ visibility: "secret" })).toBe(false);
});
