import { expect, test } from "vitest";
import { installEnv, lacksSomething } from "./dependencies.mjs";

const RUNTIME = { dev: false };
const ALL = { dev: true };
const locked = {
  "": { version: "0.1.0" },
  "node_modules/zod": { version: "4.0.0", integrity: "sha512-a" },
  "node_modules/only-on-mac": { version: "1.0.0", optional: true },
};

test("an installation with all required packages in the locked version is complete", () => {
  const zod = { version: "4.0.0", integrity: "sha512-a" };
  expect(lacksSomething(locked, { "node_modules/zod": zod }, RUNTIME)).toBe(false);
  expect(
    lacksSomething(locked, { "node_modules/zod": zod, "node_modules/more": {} }, RUNTIME),
  ).toBe(false);
});

test("a missing package, another version or another content needs an installation", () => {
  expect(lacksSomething(locked, {}, RUNTIME)).toBe(true);
  const older = { version: "3.0.0", integrity: "sha512-a" };
  expect(lacksSomething(locked, { "node_modules/zod": older }, RUNTIME)).toBe(true);
  const other = { version: "4.0.0", integrity: "sha512-b" };
  expect(lacksSomething(locked, { "node_modules/zod": other }, RUNTIME)).toBe(true);
});

test("a development package is required only for development, in its locked version", () => {
  const vitest = { version: "5.0.0", integrity: "sha512-v", dev: true };
  const both = { ...locked, "node_modules/vitest": vitest };
  const zod = { "node_modules/zod": { version: "4.0.0", integrity: "sha512-a" } };
  expect(lacksSomething(both, zod, RUNTIME)).toBe(false);
  expect(lacksSomething(both, zod, ALL)).toBe(true);
  const older = { ...zod, "node_modules/vitest": { ...vitest, version: "4.0.0" } };
  expect(lacksSomething(both, older, RUNTIME)).toBe(false);
  expect(lacksSomething(both, older, ALL)).toBe(true);
  expect(lacksSomething(both, { ...zod, "node_modules/vitest": vitest }, ALL)).toBe(false);
});

test("an installed optional package must have the locked version", () => {
  const installed = {
    "node_modules/zod": { version: "4.0.0", integrity: "sha512-a" },
    "node_modules/only-on-mac": { version: "0.9.0" },
  };
  expect(lacksSomething(locked, installed, RUNTIME)).toBe(true);
});

test("the settings of a calling npm are removed, those of the registry are kept", () => {
  const env = installEnv(
    {
      PATH: "/app/node_modules/.bin:/usr/lib/node_modules/npm/bin:/usr/bin",
      npm_config_global: "true",
      npm_config_dry_run: "true",
      npm_config_omit: "optional",
      npm_config_registry: "https://registry.example",
      npm_config_cache: "/cache",
      npm_lifecycle_event: "prestart",
      npm_package_name: "vega",
    },
    "/app",
  );
  expect(env).toEqual({
    PATH: "/usr/lib/node_modules/npm/bin:/usr/bin",
    npm_config_registry: "https://registry.example",
    npm_config_cache: "/cache",
  });
});
