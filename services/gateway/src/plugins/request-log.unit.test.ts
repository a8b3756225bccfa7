import { VegaError } from "@vega/contracts";
import type { Logger } from "@vega/service-kit";
import { createLogger, createMetrics } from "@vega/service-kit";
import type { FastifyInstance } from "fastify";
import fastify from "fastify";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Dependencies } from "../dependencies.ts";
import { createGatewayMetrics } from "../metrics.ts";
import type { ServiceLevel } from "../service-level.ts";
import { MissingProviderError } from "../inference/missing-provider-error.ts";
import { createServiceLevel } from "../service-level.ts";
import { errors } from "./errors.ts";
import { requestContext } from "./request-context.ts";
import { requestLog } from "./request-log.ts";

let app: FastifyInstance;
let log: Logger;
let lines: object[];
let time: number;
let serviceLevel: ServiceLevel;

beforeEach(async () => {
  lines = [];
  time = 0;
  log = createLogger("gateway", "warn");
  log.warn = (line: object) => void lines.push(line);
  serviceLevel = createServiceLevel(250, () => 0);
  const reportError = () => undefined;
  const metrics = createGatewayMetrics(createMetrics());
  const dependencies = {
    log,
    serviceLevel,
    metrics,
    reportError,
    now: () => time,
  } as unknown as Dependencies;
  app = fastify();
  await app.register(errors, dependencies);
  await app.register(requestContext);
  await app.register(requestLog, dependencies);
  app.get("/away", async () => {
    const cause = new Error("no responders");
    throw new VegaError("unavailable", "the service is unavailable; try again", [], cause);
  });
  app.get("/late", async () => {
    throw new VegaError("timeout", "no reply in time");
  });
  app.get("/xai", async () => {
    throw new MissingProviderError("xai", "xai has no API key");
  });
  app.get("/suno", async () => {
    throw new MissingProviderError("suno", "there is no provider for music");
  });
  app.get("/unauthorized", async () => {
    throw new VegaError("unauthorized", "authentication required");
  });
  app.get("/wrong", async () => {
    throw new VegaError("invalid", "not like this");
  });
  app.get("/probe", { config: { kind: "probe" } }, (_request, reply) => reply.code(503).send({}));
  app.get("/model", { config: { kind: "model" } }, (_request, reply) => reply.code(503).send({}));
});
afterEach(() => app.close());

test("a path without a route is not logged: it may contain a key", async () => {
  log.level = "debug";
  log.debug = (line: object) => void lines.push(line);
  await app.inject("/api/reset/a-secret-key");
  expect(lines).toEqual([expect.objectContaining({ status: 404, path: "(no route)" })]);
  expect(JSON.stringify(lines)).not.toContain("a-secret-key");
});

test("a failure is logged with its cause, which the response omits", async () => {
  const { body } = await app.inject("/away?x=1");
  expect(lines).toEqual([
    expect.objectContaining({
      status: 503,
      code: "unavailable",
      reason: "the service is unavailable; try again (no responders)",
      path: "/away",
      request_id: expect.any(String),
    }),
  ]);
  expect(lines[0]).not.toHaveProperty("suppressed");
  expect(body).not.toContain("no responders");
});

test("the alpha core counts responses of the gateway's own work: no probe, no model, no invalid credential", async () => {
  for (const path of ["/away", "/wrong", "/probe", "/model", "/unauthorized"])
    await app.inject(path);
  expect(serviceLevel.signals(0)).toMatchObject({ requests: 2, served_well: 1 });
});

test("failures are logged once a second for each code, with the number of suppressed ones", async () => {
  for (let n = 0; n < 5; n += 1) await app.inject("/away");
  await app.inject("/late");
  time = 1_000;
  await app.inject("/away");
  expect(lines).toMatchObject([
    { code: "unavailable" },
    { code: "timeout", reason: "no reply in time" },
    { code: "unavailable", suppressed: 4 },
  ]);
});

test("failures of different providers have a line each", async () => {
  for (const path of ["/xai", "/suno", "/xai", "/away"]) await app.inject(path);
  expect(lines).toMatchObject([
    { code: "unavailable", provider: "xai" },
    { code: "unavailable", provider: "suno" },
    { code: "unavailable", path: "/away" },
  ]);
});

test("client errors and failing probes are not failures", async () => {
  await app.inject("/wrong");
  await app.inject("/probe");
  expect(lines).toEqual([]);
});
