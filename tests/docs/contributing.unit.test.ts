import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/* The walk-through of a new entity shows parts of the files that `tests/e2e/new-entity.e2e.test.ts` compiles and runs. */

const oneLine = (code: string) => code.replaceAll(/\s+/g, " ").trim();
const sources = globSync("tests/new-entity/notes/**/*.txt").map((file) =>
  oneLine(readFileSync(file, "utf8")),
);
const section =
  /^### The declaration$([\s\S]*?)^### Recorded files$/m.exec(
    readFileSync("CONTRIBUTING.md", "utf8"),
  )?.[1] ?? "";
const blocks = [...section.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => code);

test("the walk-through has code of each file", () => {
  expect(blocks.length).toBeGreaterThan(6);
});

test.each(blocks)("this code is in tests/new-entity: %s", (code) => {
  expect(sources.some((source) => source.includes(oneLine(code)))).toBe(true);
});
