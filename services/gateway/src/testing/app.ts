import { VegaError } from "@vega/contracts";
import type { BlobClient } from "@vega/messaging";
import { createRenderer } from "@vega/rendering";
import type { Logger } from "@vega/service-kit";
import { createLogger, createMetrics } from "@vega/service-kit";
import { createIdentity } from "../access/identity.ts";
import { buildApp } from "../app.ts";
import { envToConfig } from "../config.ts";
import type { HttpApp, Dependencies } from "../dependencies.ts";
import { createGatewayMetrics } from "../metrics.ts";
import { createReadModel } from "../read-model/read-model.ts";
import { createEventHub } from "../sse/hub.ts";
import { createServiceLevel } from "../service-level.ts";
import { createWhitepaperTexts } from "../whitepapers/texts.ts";
import { LOG_ID, testCrystal } from "./log.ts";

export const TEST_TOKEN = "a-token-for-tests-only";

/** The application without the bus. The test replies for the other services. */
export interface TestApp {
  readonly app: HttpApp;
  readonly dependencies: Dependencies;
  /** Replies to a request; by default every service is unavailable. */
  handleRequest: (subject: string, input: unknown) => unknown;
  stopping: boolean;
  close(): Promise<void>;
}

const noFiles = (): never => {
  throw new VegaError("unavailable", "this test has no stored files");
};
const NO_FILES: BlobClient = { put: noFiles, stat: noFiles, read: noFiles };

/**
 * @param now milliseconds since the epoch
 * @param log silent by default
 */
export async function testApp(
  env: Record<string, string> = {},
  now: () => number = () => 0,
  log: Logger = createLogger("gateway", "silent"),
): Promise<TestApp> {
  const config = envToConfig({
    NATS_URL: "nats://none",
    VEGA_ADMIN_TOKEN: TEST_TOKEN,
    VEGA_INTERNAL_TOKEN: TEST_TOKEN,
    ...env,
  });
  const metrics = createMetrics();
  const counts = createGatewayMetrics(metrics);
  const readModel = createReadModel();
  readModel.load({ sequence: 10, log_id: LOG_ID, crystal: testCrystal() });
  const request = async (contract: { subject: string }, input: unknown) =>
    test.handleRequest(contract.subject, input) as never;
  const dependencies: Dependencies = {
    config,
    log,
    readModel,
    services: { request, change: request },
    blobs: NO_FILES,
    modelClient: {
      chat: () => {
        throw new VegaError("unavailable", "this test has no models");
      },
      close: () => undefined,
    },
    images: { decode: noFiles, stop: () => undefined },
    whitepaperTexts: createWhitepaperTexts(NO_FILES, createRenderer()),
    identity: createIdentity({ adminToken: TEST_TOKEN, services: { request }, log, now }),
    reportError: () => undefined,
    reached: async (sequence) => sequence <= readModel.sequence(),
    hub: createEventHub({
      config: config.sse,
      log,
      metrics: counts.sse,
      readLog: () => new Promise(() => undefined),
    }),
    health: {
      readiness: () => ({ ready: !test.stopping, checks: {} }),
      summary: () => Promise.reject(new Error("not in this test")),
      uptimeSeconds: () => 1,
      stopping: () => test.stopping,
      beginStop: () => undefined,
      stop: () => Promise.resolve(),
    },
    serviceLevel: createServiceLevel(250, () => 0),
    recorder: undefined,
    metrics: counts,
    metricsText: metrics.text,
    tracer: undefined,
    now,
  };
  const test: TestApp = {
    app: await buildApp(dependencies),
    dependencies,
    handleRequest: () => {
      throw new VegaError("unavailable", "the service is unavailable; try again");
    },
    stopping: false,
    async close() {
      dependencies.hub.close();
      await test.app.close();
    },
  };
  return test;
}
