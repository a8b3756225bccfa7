import { afterEach, expect, test } from "vitest";
import { ConfigError } from "./env.ts";
import type { HealthServer } from "./health.ts";
import { serveHealth } from "./health.ts";
import { createMetrics } from "./metrics.ts";

let server: HealthServer | undefined;
afterEach(() => server?.close());

const ask = async (path: string) => {
  const response = await fetch(`http://127.0.0.1:${server?.port}${path}`);
  return { status: response.status, body: await response.json() };
};

test("readiness turns red and green, liveness stays", async () => {
  let away = true;
  server = await serveHealth("127.0.0.1:0", async () => ({
    ready: !away,
    checks: { nats: away ? "is away" : "ok" },
  }));
  expect(await ask("/readyz")).toEqual({
    status: 503,
    body: { ready: false, checks: { nats: "is away" } },
  });
  expect((await ask("/livez")).status).toBe(200);
  away = false;
  expect((await ask("/readyz")).status).toBe(200);
  expect((await ask("/other")).status).toBe(404);
});

test("a failing health check is not ready, without details", async () => {
  server = await serveHealth("127.0.0.1:0", () => Promise.reject(new Error("secret")));
  const { status, body } = await ask("/readyz");
  expect(status).toBe(503);
  expect(JSON.stringify(body)).not.toContain("secret");
});

test("metrics are available once the service has started", async () => {
  let text: string | undefined;
  const listen = "127.0.0.1:0";
  server = await serveHealth(
    listen,
    async () => ({ ready: true, checks: {} }),
    async () => text,
  );
  expect((await ask("/metrics")).status).toBe(503);
  text = await createMetrics().text();
  const response = await fetch(`http://127.0.0.1:${server.port}/metrics`);
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(await response.text()).toMatch(/^process_resident_memory_bytes \d+$/m);
});

test("an invalid address is refused", async () => {
  for (const listen of ["", "8081", "127.0.0.1", "127.0.0.1:99999", "127.0.0.1:8081/x"]) {
    await expect(serveHealth(listen, async () => ({ ready: true, checks: {} }))).rejects.toThrow(
      ConfigError,
    );
  }
});
