import type { BlobClient, Bus } from "@vega/messaging";
import type { Tracer } from "@opentelemetry/api";
import type { Logger } from "@vega/service-kit";
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyPluginAsync,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { Identity } from "./access/identity.ts";
import type { Recorder } from "./analytics/recorder.ts";
import type { GatewayConfig } from "./config.ts";
import type { Health } from "./health/health.ts";
import type { ImageProcesses } from "./library/images/image-processes.ts";
import type { ModelClient } from "./inference/model-client.ts";
import type { GatewayMetrics } from "./metrics.ts";
import type { ReadModel } from "./read-model/read-model.ts";
import type { ServiceClient } from "./service-client.ts";
import type { EventHub } from "./sse/hub.ts";
import type { ServiceLevel } from "./service-level.ts";
import type { WhitepaperTexts } from "./whitepapers/texts.ts";

/** Dependencies of routes and plugins. */
export interface Dependencies {
  readonly config: GatewayConfig;
  readonly log: Logger;
  readonly services: ServiceClient;
  /** Stored files. */
  readonly blobs: BlobClient;
  /** Models, by way of the ai service. */
  readonly modelClient: ModelClient;
  /** Decodes images outside of this process. */
  readonly images: ImageProcesses;
  readonly whitepaperTexts: WhitepaperTexts;
  readonly identity: Identity;
  /** Adds an error to the error groups of the system. */
  readonly reportError: Bus["recordError"];
  readonly readModel: ReadModel;
  /** Waits until the read model has the sequence; false after the timeout. */
  readonly reached: (sequence: number, timeoutMs: number) => Promise<boolean>;
  readonly hub: EventHub;
  readonly health: Health;
  readonly serviceLevel: ServiceLevel;
  /** Undefined: requests are not counted. */
  readonly recorder: Recorder | undefined;
  readonly metrics: GatewayMetrics;
  /** Undefined: tracing is disabled. */
  readonly tracer: Tracer | undefined;
  /** The metrics in Prometheus text format. */
  readonly metricsText: () => Promise<string>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export type HttpApp = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Routes of one resource. */
export type Routes = FastifyPluginAsync<Dependencies, RawServerDefault, ZodTypeProvider>;
