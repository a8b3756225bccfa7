import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { busConfiguration, busPasswords, configureBus } from "./bus.ts";

const options = {
  folder: '/data "x"/nats',
  port: 4223,
  accounts: "accounts {}\n",
  serverName: "vega-1-4223",
};

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "vega-bus-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("the bus listens on loopback, has users and stores in its folder", () => {
  const text = busConfiguration({ ...options, version: "2.9.10" });
  expect(text).toContain('host: "127.0.0.1"\nport: 4223\n');
  expect(text).toContain("accounts {}\n");
  // A fixed limit: the default depends on free disk space, and could be too small for the streams.
  expect(text).toContain("max_file_store: 2GB");
  expect(text).toContain('store_dir: "/data \\"x\\"/nats"');
});

test("an option is used from the version that supports it", () => {
  expect(busConfiguration({ ...options, version: "2.9.10" })).not.toContain("sync_interval");
  expect(busConfiguration({ ...options, version: "2.10.0" })).toContain('sync_interval: "10s"');
});

test("services get new passwords at each start, the observer keeps its own, and nats.conf has none in clear text", () => {
  const folder = newFolder();
  const [first, second] = [busPasswords(folder), busPasswords(folder)];
  expect(first.observer).toBe(second.observer);
  const bus = configureBus(folder, 4_223, "2.9.10", first);
  const text = readFileSync(bus.configFile, "utf8");
  for (const [user, password] of Object.entries(first)) {
    expect(text).not.toContain(password);
    if (user !== "observer") expect(Object.values(second)).not.toContain(password);
  }
  expect(new Set(Object.values(first)).size).toBe(6);
  expect(bus.urlFor("state")).toBe(`nats://state:${first.state}@127.0.0.1:4223`);
});

test("streams of a bus without users are kept, and its token file is deleted", () => {
  const folder = newFolder();
  mkdirSync(join(folder, "jetstream", "$G", "streams"), { recursive: true });
  writeFileSync(join(folder, "token"), "t0k");
  const passwords = busPasswords(folder);
  for (let start = 0; start < 2; start += 1) configureBus(folder, 4_223, "2.9.10", passwords);
  expect(existsSync(join(folder, "jetstream", "VEGA", "streams"))).toBe(true);
  expect(existsSync(join(folder, "token"))).toBe(false);
});
