import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { serviceEnvironment, SERVICES } from "./service-environment.ts";
import { readSettings } from "./settings.ts";

const env = {
  PATH: "/bin",
  HOME: "/root",
  NODE_ENV: "production",
  OTEL_EXPORTER_OTLP_ENDPOINT: "http://otel",
  VEGA_ADMIN_TOKEN: "sesame-sesame-16",
  VEGA_DATA_DIR: "data",
  VEGA_SECRET: "a secret of thirty-two characters",
  VEGA_ADMIN_PASSWORD: "correct horse",
  SMTP_URL: "smtp://u:p@mail",
  VEGA_QUOTA: "5",
  VEGA_S3_SECRET: "bucket",
  MONGODB_URL: "mongodb://u:p@db",
  OPENAI_API_KEY: "sk",
  MISTRAL_API_KEY_FILE: "/run/mistral",
  OLLAMA_BASE_URL: "http://ollama",
  WALL_KEY: "wall",
  SSH_PRIVATE_KEY: "ssh",
  AWS_SECRET_ACCESS_KEY: "aws",
};
const run = {
  natsUrl: "nats://t@127.0.0.1:4222",
  port: 5001,
  adminToken: "sesame-sesame-16",
  internalToken: "between-gateway-and-ai",
};
const of = (name: (typeof SERVICES)[number]) =>
  serviceEnvironment(name, env, readSettings(env, "/app"), run);

test("every service gets the common variables and no secrets of other programs", () => {
  for (const name of SERVICES) {
    expect(of(name)).toMatchObject({
      PATH: "/bin",
      NODE_ENV: "production",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://otel",
      NATS_URL: run.natsUrl,
      LOG_LEVEL: "info",
      VEGA_DATA_DIR: "/app/data",
      VEGA_QUOTA: "5",
      LOOP_TIME_SCALE: "1",
    });
    expect(of(name)).not.toHaveProperty("AWS_SECRET_ACCESS_KEY");
    expect(of(name)).not.toHaveProperty("SSH_PRIVATE_KEY");
  }
});

test("a secret goes only to the service that needs it", () => {
  const holders = (variable: string) => SERVICES.filter((name) => variable in of(name));
  expect(holders("VEGA_ADMIN_TOKEN")).toEqual(["gateway"]);
  expect(holders("VEGA_SECRET")).toEqual(["auth"]);
  expect(holders("VEGA_ADMIN_PASSWORD")).toEqual(["auth"]);
  expect(holders("SMTP_URL")).toEqual(["auth"]);
  expect(holders("VEGA_S3_SECRET")).toEqual(["state"]);
  expect(holders("PORT")).toEqual(["gateway"]);
  expect(holders("MONGODB_URL")).toEqual(["state"]);
  expect(holders("OPENAI_API_KEY")).toEqual(["ai"]);
  expect(holders("MISTRAL_API_KEY_FILE")).toEqual(["ai"]);
  expect(holders("OLLAMA_BASE_URL")).toEqual(["ai"]);
  expect(holders("WALL_KEY")).toEqual(["ai"]);
  expect(holders("VEGA_INTERNAL_TOKEN")).toEqual(["ai", "gateway"]);
});

test("VEGA_HEALTH_PORT gives each service its own health port", () => {
  const listen = (more: Record<string, string>) => {
    const settings = readSettings(more, "/");
    return SERVICES.map(
      (name) =>
        serviceEnvironment(name, { VEGA_SECRET: "x".repeat(32), ...more }, settings, run)
          .HEALTH_LISTEN,
    );
  };
  expect(new Set(listen({}))).toEqual(new Set([undefined]));
  const ports = listen({ VEGA_HEALTH_PORT: "8081" });
  expect(ports[0]).toBe("127.0.0.1:8081");
  expect(ports.at(-1)).toBe("127.0.0.1:8085");
  expect(() => listen({ VEGA_HEALTH_PORT: "80" })).toThrow("VEGA_HEALTH_PORT");
});

test("a key that the file of providers names goes to ai, with any name", () => {
  const folder = mkdtempSync(join(tmpdir(), "vega-providers-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "providers.json");
  writeFileSync(file, '{"providers":[{"id":"x","api_key_env" : "MY_SESAME"}]}');
  const named = { VEGA_PROVIDERS_FILE: file, MY_SESAME: "open", OTHER: "no" };
  const settings = readSettings(named, "/nowhere");
  const ai = serviceEnvironment("ai", named, settings, run);
  expect(ai).toMatchObject({ MY_SESAME: "open" });
  expect(ai).not.toHaveProperty("OTHER");
  expect(serviceEnvironment("state", named, settings, run)).not.toHaveProperty("MY_SESAME");
});

test("VEGA_SECRET is generated once, only for auth, in a file with mode 0600", () => {
  const folder = mkdtempSync(join(tmpdir(), "vega-secret-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const settings = readSettings({ VEGA_DATA_DIR: folder }, "/");
  const secrets = SERVICES.map((name) => serviceEnvironment(name, {}, settings, run).VEGA_SECRET);
  const kept = readFileSync(join(folder, "secret"), "utf8").trim();
  expect(kept.length).toBeGreaterThanOrEqual(32);
  expect(secrets).toEqual([undefined, kept, undefined, undefined, undefined]);
  expect(serviceEnvironment("auth", {}, settings, run).VEGA_SECRET).toBe(kept);
  expect(statSync(join(folder, "secret")).mode & 0o777).toBe(0o600);
});

test("VEGA_SECRET_FILE prevents a generated secret", () => {
  const settings = readSettings({ VEGA_DATA_DIR: "/nowhere" }, "/");
  const auth = serviceEnvironment("auth", { VEGA_SECRET_FILE: "/run/secret" }, settings, run);
  expect(auth).toMatchObject({ VEGA_SECRET_FILE: "/run/secret" });
  expect(auth).not.toHaveProperty("VEGA_SECRET");
});
