import { expect, test } from "vitest";
import { startCommand } from "./start-command.ts";

test.each([
  ["(node tools/setup.mjs) && exec node scripts/up.ts", "exec node scripts/up.ts"],
  ["exec node scripts/up.ts", "exec node scripts/up.ts"],
  [
    "exec ./vega start",
    "exec node --disable-warning=ExperimentalWarning apps/cli/src/main.ts start",
  ],
])("the start script loses its set-up: %s", (start, command) => {
  expect(startCommand({ scripts: { start } })).toBe(command);
});

test("a manifest without a start script is an error", () => {
  expect(() => startCommand({ scripts: {} })).toThrow("no start script");
});
