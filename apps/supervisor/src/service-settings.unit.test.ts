import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SettingsError } from "./operator-error.ts";
import { serviceEnvironment } from "./service-environment.ts";
import { refuseBadSettings } from "./service-settings.ts";
import { readSettings } from "./settings.ts";

const TOKEN = "sesame-sesame-16";
const run = {
  natsUrl: "nats://t@127.0.0.1:4222",
  port: 0,
  adminToken: TOKEN,
  internalToken: TOKEN,
};

const refuse = (env: Record<string, string>, adminToken = TOKEN) => {
  const all = { VEGA_SECRET: "a secret of thirty-two characters", ...env };
  const settings = readSettings(all, "/app");
  refuseBadSettings((name) => serviceEnvironment(name, all, settings, { ...run, adminToken }));
};

test("the defaults of .env.example are valid, and so is an empty environment", () => {
  const example = readFileSync(new URL("../../../.env.example", import.meta.url), "utf8");
  const shown = [...example.matchAll(/^#([A-Z_]+)=(.+)$/gm)].map(([, name, value]) => [
    name,
    value,
  ]);
  expect(shown.length).toBeGreaterThan(10);
  expect(() => refuse(Object.fromEntries(shown) as Record<string, string>)).not.toThrow();
  expect(() => refuse({})).not.toThrow();
});

test("invalid settings of all services are reported at once, with their range", () => {
  const bad = () =>
    refuse({ VEGA_SNAPSHOT_SECONDS: "0", VEGA_LOOP_LEASE_MS: "-5", VEGA_SSE_HEARTBEAT_MS: "3e9" });
  expect(bad).toThrow(SettingsError);
  const rule = "must be a whole number from 1 to 2147483647";
  for (const name of ["VEGA_SNAPSHOT_SECONDS", "VEGA_LOOP_LEASE_MS", "VEGA_SSE_HEARTBEAT_MS"]) {
    expect(bad).toThrow(`${name}: ${rule}`);
  }
});

test("a fault of several services is reported once, without the value of a secret", () => {
  const message = (work: () => void) => {
    try {
      work();
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error("nothing was refused");
  };
  const missing = message(() => refuse({ VEGA_X_FILE: "/nowhere" }));
  expect(missing).toBe("VEGA_X_FILE: can't read /nowhere");
  expect(message(() => refuse({}, "pässwörter-sind-länger"))).toMatch(
    /^VEGA_ADMIN_TOKEN: must(?!.*pässwörter)/,
  );
});
