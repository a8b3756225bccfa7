import { LIVE_MESSAGES, VISITORS_STREAM, crystal, eventLog, systemContext } from "@vega/contracts";
import {
  connectBus,
  createBlobClient,
  followLog,
  openMemoryStream,
  subscribeLiveMessages,
  request,
} from "@vega/messaging";
import { createRenderer } from "@vega/rendering";
import type { Service } from "@vega/service-kit";
import { openInstruments, startService } from "@vega/service-kit";
import { createIdentity } from "./access/identity.ts";
import { startAnalytics } from "./analytics/reporter.ts";
import type { GatewayConfig } from "./config.ts";
import { watchHealth } from "./health/health.ts";
import { openImageProcesses } from "./library/images/open.ts";
import { createModelClient } from "./inference/model-client.ts";
import { createGatewayMetrics } from "./metrics.ts";
import { createReadModel } from "./read-model/read-model.ts";
import { startServer } from "./server.ts";
import { createServiceClient } from "./service-client.ts";
import { createEventHub } from "./sse/hub.ts";
import { createServiceLevel } from "./service-level.ts";
import { offerPapers } from "./whitepapers/offers/offer-papers.ts";
import { createWhitepaperTexts } from "./whitepapers/texts.ts";

const CONTEXT = systemContext("gateway");
const DAY_MS = 86_400_000;

/** HTTP and SSE in, NATS out; owns no data. Listens at once and is ready when it has read the state. */
export const startGateway = (config: GatewayConfig): Promise<Service> =>
  startService(async (stack) => {
    const instruments = await openInstruments("gateway", config);
    stack.use(instruments);
    const { log, metrics, tracer } = instruments;
    const bus = await connectBus({ ...instruments, url: config.busUrl });
    stack.defer(() => bus.close());
    const counts = createGatewayMetrics(metrics);
    const readModel = createReadModel();
    const serviceLevel = createServiceLevel(config.limits.latencyGoalMs, () => performance.now());
    const hub = createEventHub({
      config: config.sse,
      log,
      metrics: counts.sse,
      async readLog(after) {
        const page = await request(bus, eventLog.requests.read, { after }, CONTEXT);
        return { logId: page.log_id, events: page.events };
      },
    });
    stack.defer(() => hub.close());
    const identity = createIdentity({
      adminToken: config.adminToken,
      // The gateway's own requests wait for no sequence of the follower.
      services: { request: (contract, input, context) => request(bus, contract, input, context) },
      log,
      now: Date.now,
      onRevoked: (userId) => hub.endStreamsOf(userId),
    });
    stack.defer(() => identity.stop());
    const follower = await followLog(bus, {
      service: "gateway",
      async load() {
        const snapshot = await request(bus, crystal.requests.get, {}, CONTEXT);
        const position = { sequence: snapshot.sequence, logId: snapshot.log_id };
        await identity.load();
        readModel.load(snapshot);
        hub.reset(position);
        return position;
      },
      apply(event) {
        readModel.apply(event);
        identity.apply(event);
        hub.publish(event);
      },
    });
    stack.defer(() => follower.stop());
    metrics.gauge("vega_sse_clients", "Open event streams", () => hub.clients());
    metrics.gauge("vega_read_model_sequence", "The log's sequence that reads show", () =>
      readModel.sequence(),
    );
    const health = watchHealth({ bus, follower, serviceLevel, sseClients: () => hub.clients() });
    stack.defer(() => health.stop());
    for (const contract of LIVE_MESSAGES) {
      stack.defer(
        subscribeLiveMessages(bus, contract, (message) => hub.publishLive(contract, message)),
      );
    }
    const modelClient = createModelClient(bus, config.inference, readModel.disabledCapabilities);
    stack.defer(() => modelClient.close());
    const counting = config.analytics.enabled
      ? startAnalytics({
          stream: openMemoryStream(bus, VISITORS_STREAM, DAY_MS),
          services: {
            request: (contract, input, context) => request(bus, contract, input, context),
          },
          log,
          periodMs: config.analytics.periodMs,
          now: () => Date.now(),
        })
      : undefined;
    stack.defer(() => counting?.stop());
    const images = openImageProcesses(config.library.imagePixels);
    stack.defer(() => images.stop());
    const blobs = createBlobClient(bus);
    const renderer = createRenderer();
    stack.defer(() => renderer.stop());
    const whitepaperTexts = createWhitepaperTexts(blobs, renderer);
    const services = createServiceClient(bus, follower);
    const server = await startServer({
      config,
      log,
      services,
      modelClient,
      images,
      blobs,
      whitepaperTexts,
      identity,
      reportError: (error, about) => bus.recordError(error, about),
      readModel,
      reached: (sequence, timeoutMs) => follower.reached(sequence, timeoutMs),
      hub,
      health,
      serviceLevel,
      recorder: counting?.recorder,
      metrics: counts,
      metricsText: metrics.text,
      tracer,
      now: Date.now,
    });
    stack.defer(() => server.stop());
    if (config.offerWhitepapers) {
      stack.defer(offerPapers({ services, texts: whitepaperTexts, context: CONTEXT, log }));
    }
    stack.defer(() => bus.closeIfDisconnected());
    stack.defer(() => health.beginStop());

    return {
      log,
      metrics,
      health: async () => health.readiness(),
      reportFatal: (error: unknown) => bus.reportFatal(error),
    };
  });
