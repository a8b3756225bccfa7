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

test("the bus listens on loopback alone, knows its users and stores in its folder", () => {
  const text = busConfiguration({ ...options, version: "2.9.10" });
  expect(text).toContain('host: "127.0.0.1"\nport: 4223\n');
  expect(text).toContain("accounts {}\n");
  // Whatever room the disk has: with the server's own choice a small one could not hold the streams.
  expect(text).toContain("max_file_store: 2GB");
  expect(text).toContain('store_dir: "/data \\"x\\"/nats"');
});

test("options are used from the version that knows them", () => {
  expect(busConfiguration({ ...options, version: "2.9.10" })).not.toContain("sync_interval");
  expect(busConfiguration({ ...options, version: "2.10.0" })).toContain('sync_interval: "10s"');
});

test("services have new passwords at each start, observers keep theirs, and the file has none", () => {
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

test("what a bus without users has stored is kept, and its token goes", () => {
  const folder = newFolder();
  mkdirSync(join(folder, "jetstream", "$G", "streams"), { recursive: true });
  writeFileSync(join(folder, "token"), "t0k");
  const passwords = busPasswords(folder);
  for (let start = 0; start < 2; start += 1) configureBus(folder, 4_223, "2.9.10", passwords);
  expect(existsSync(join(folder, "jetstream", "VEGA", "streams"))).toBe(true);
  expect(existsSync(join(folder, "token"))).toBe(false);
});
