import { expect, test } from "vitest";
import { busConfiguration } from "./bus.ts";

const options = { folder: '/data "x"/nats', port: 4223, token: "t0k", serverName: "vega-1-4223" };

test("the bus listens on loopback alone, wants the token and stores in its folder", () => {
  const text = busConfiguration({ ...options, version: "2.9.10" });
  expect(text).toContain('host: "127.0.0.1"\nport: 4223\nauthorization { token: "t0k" }\n');
  expect(text).toContain('store_dir: "/data \\"x\\"/nats"');
});

test("options are used from the version that knows them", () => {
  expect(busConfiguration({ ...options, version: "2.9.10" })).not.toContain("sync_interval");
  expect(busConfiguration({ ...options, version: "2.10.0" })).toContain('sync_interval: "10s"');
});
