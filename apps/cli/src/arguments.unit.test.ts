import { expect, test } from "vitest";
import { OperatorError } from "@vega/supervisor/operator-error";
import { fileArgument } from "./arguments.ts";

const USAGE = "npm run import -- a.json [--dry-run]";
const read = (...args: string[]) => fileArgument(args, ["dry-run"], USAGE);

test("one file and the options are read", () => {
  expect(read("a.json")).toEqual({ path: "a.json", flags: new Set() });
  expect(read("--dry-run", "a.json")).toEqual({ path: "a.json", flags: new Set(["dry-run"]) });
});

test.each([[[]], [["a.json", "b.json"]], [["--dryrun", "a.json"]], [["--dry-run=yes", "a.json"]]])(
  "%j is refused in one line that shows the usage",
  (args) => {
    expect(() => read(...args)).toThrow(OperatorError);
    expect(() => read(...args)).toThrow(USAGE);
    expect(() => read(...args)).not.toThrow(/\n/);
  },
);
