import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { generated } from "./files.ts";

const ROOT = join(import.meta.dirname, "../..");

test.each([...generated(ROOT)])("%s is what `npm run generate` writes", (path, text) => {
  expect(readFileSync(join(ROOT, path), "utf8")).toBe(text);
});
