import { ERROR_STATUS } from "@vega/contracts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/* Tables of the reference that repeat what is written elsewhere. */

const ROOT = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

test("docs/reference/configuration.md has each variable of .env.example with its default", () => {
  const example = read(".env.example").matchAll(/^#([A-Z][A-Z0-9_]*)=(.*)$/gm);
  const rows = read("docs/reference/configuration.md").matchAll(
    /^\| `([A-Z][A-Z0-9_]*)` +\| (?:`([^`]*)`)? *\|/gm,
  );
  const toEntries = (found: Iterable<RegExpMatchArray>) =>
    Array.from(found, ([, name, value = ""]) => `${name}=${value}`).toSorted();
  expect(toEntries(rows)).toEqual(toEntries(example));
});

test("docs/reference/errors.md has each error code with its status", () => {
  const table = /<!-- codes -->([^]*)<!-- \/codes -->/.exec(read("docs/reference/errors.md"));
  const rows = table?.[1]?.matchAll(/^\| `([a-z_]+)` +\| (\d+) /gm) ?? [];
  const codes = Array.from(rows, ([, code, status]) => [code, Number(status)] as const);
  expect(Object.fromEntries(codes)).toEqual(ERROR_STATUS);
});
