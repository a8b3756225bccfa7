import { expect, test } from "vitest";
import { inspectorFlags, withoutInspector } from "./inspector.ts";
import { SERVICES } from "./service-environment.ts";

test("each service has its own inspector port, the gateway the first", () => {
  const flags = SERVICES.flatMap((name) => inspectorFlags(name, 9230));
  expect(new Set(flags).size).toBe(SERVICES.length);
  expect(inspectorFlags("gateway", 9230)).toEqual(["--inspect=127.0.0.1:9230"]);
  expect(inspectorFlags("auth", 9230)).toEqual(["--inspect=127.0.0.1:9234"]);
  expect(inspectorFlags("auth", undefined)).toEqual([]);
});

test.each([
  ["--inspect", ""],
  ["--inspect=0.0.0.0:9229 --max-old-space-size=512", "--max-old-space-size=512"],
  [
    "--max-old-space-size=512 --inspect-brk --trace-warnings",
    "--max-old-space-size=512 --trace-warnings",
  ],
  ["--inspect-port 9300 --inspect-wait --trace-warnings", "--trace-warnings"],
  ["--inspect-port=9300 --inspect-publish-uid=http", ""],
  ["--require ./inspect.cjs", "--require ./inspect.cjs"],
])("NODE_OPTIONS=%j becomes %j for the services", (given, expected) => {
  expect(withoutInspector(given)).toBe(expected);
});
