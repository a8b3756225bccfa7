import { expect, test } from "vitest";
import { SettingsError } from "./operator-error.ts";
import { httpAddress, readSettings } from "./settings.ts";

test("without variables VEGA listens on loopback", () => {
  expect(readSettings({}, "/app")).toEqual({
    host: "127.0.0.1",
    port: 5000,
    dataDir: "/app/data",
    adminToken: undefined,
    adminUsername: "admin",
    hasAdminPassword: false,
    natsUrl: undefined,
    mongodbUrl: undefined,
    providerKeys: [],
    loopTimeScale: 1,
    logLevel: "info",
    logFormat: "auto",
  });
});

test("variables replace the defaults", () => {
  const settings = readSettings(
    {
      PORT: "0",
      VEGA_DATA_DIR: "/var/vega",
      NATS_URL: "nats://a:4222,nats://b:4222",
      LOOP_TIME_SCALE: "0.01",
    },
    "/app",
  );
  expect(settings).toMatchObject({ port: 0, dataDir: "/var/vega", loopTimeScale: 0.01 });
  expect(settings.natsUrl).toBe("nats://a:4222,nats://b:4222");
});

test.each([
  ["PORT", ["-1", "65536", "80.5", "0x50", "http", " "]],
  ["LOOP_TIME_SCALE", ["0", "-1", "101", "fast", "NaN"]],
  ["LOG_LEVEL", ["loud"]],
  ["VEGA_LOG_FORMAT", ["xml"]],
  ["HOST", ["http://localhost", "a b"]],
  ["NATS_URL", ["localhost:4222", "nats://a,b", "nats://", "nats://a:port", "nats://u:p#w@a"]],
  ["MONGODB_URL", ["postgres://a"]],
  ["VEGA_ADMIN_TOKEN", ["short", "two words of some length"]],
])("an invalid %s is an error that names it", (name, values) => {
  for (const value of values) {
    expect(() => readSettings({ [name]: value }, "/app")).toThrow(SettingsError);
    expect(() => readSettings({ [name]: value }, "/app")).toThrow(name);
  }
});

test("all faults are reported at once, without passwords of URLs", () => {
  const read = () => readSettings({ PORT: "x", MONGODB_URL: "http://u:secret@h" }, "/app");
  expect(read).toThrow(/PORT[^]*MONGODB_URL/);
  expect(read).not.toThrow(/secret/);
});

test("the URL of a server on all addresses is loopback", () => {
  expect(httpAddress("127.0.0.1", 5000)).toBe("http://127.0.0.1:5000");
  expect(httpAddress("0.0.0.0", 5000)).toBe("http://127.0.0.1:5000");
  expect(httpAddress("::", 5000)).toBe("http://[::1]:5000");
});
