import { ConfigError } from "@vega/service-kit";
import { expect, test } from "vitest";
import { envToConfig } from "./config.ts";

const env = {
  NATS_URL: "nats://127.0.0.1:4222",
  VEGA_ADMIN_TOKEN: "0123456789abcdef",
  VEGA_INTERNAL_TOKEN: "0123456789abcdef",
};

test("has defaults for all variables but the bus and the tokens", () => {
  expect(envToConfig(env)).toMatchObject({
    http: { host: "127.0.0.1", port: 5_000 },
    limits: { bodyBytes: 1_048_576 },
    sse: { heartbeatMs: 15_000 },
  });
});

test.each([
  ["VEGA_ADMIN_TOKEN", { NATS_URL: env.NATS_URL }],
  ["VEGA_ADMIN_TOKEN", { ...env, VEGA_ADMIN_TOKEN: "short" }],
  ["VEGA_ADMIN_TOKEN", { ...env, VEGA_ADMIN_TOKEN: "with spaces in the middle" }],
  ["PORT", { ...env, PORT: "70000" }],
  ["PORT", { ...env, PORT: "http" }],
])("refuses an invalid %s by name", (name, bad) => {
  expect(() => envToConfig(bad)).toThrow(ConfigError);
  expect(() => envToConfig(bad)).toThrow(name);
});
