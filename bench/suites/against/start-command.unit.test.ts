import { expect, test } from "vitest";
import { startCommand } from "./start-command.ts";

test.each([
  ["(node tools/setup.mjs) && exec node apps/supervisor/src/main.ts"],
  ["exec node apps/supervisor/src/main.ts"],
])("the start script loses its set-up: %s", (start) => {
  expect(startCommand({ scripts: { start } })).toBe("exec node apps/supervisor/src/main.ts");
});

test("a manifest without a start script is an error", () => {
  expect(() => startCommand({ scripts: {} })).toThrow("no start script");
});
