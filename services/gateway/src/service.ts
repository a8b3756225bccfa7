import { LIVE_MESSAGES, crystal, eventLog, systemContext } from "@vega/contracts";
import { connectBus, followLog, listen, request } from "@vega/messaging";
import type { Service } from "@vega/service-kit";
import { openInstruments } from "@vega/service-kit";
import { createIdentity } from "./access/identity.ts";
import type { GatewayConfig } from "./config.ts";
import { watchHealth } from "./health/health.ts";
import { createModelClient } from "./inference/model-client.ts";
import { createGatewayMetrics } from "./metrics.ts";
import { createReadModel } from "./read-model/read-model.ts";
import { startServer } from "./server.ts";
import { createServiceClient } from "./service-client.ts";
import { createEventHub } from "./sse/hub.ts";
import { createServiceLevel } from "./service-level.ts";

const CONTEXT = systemContext("gateway");

/** HTTP and SSE in, NATS out; owns no data. Listens at once and is ready when it has read the state. */
export async function startGateway(config: GatewayConfig): Promise<Service> {
  const instruments = await openInstruments("gateway", config);
  const { log, metrics, tracer } = instruments;
  const bus = await connectBus({ ...instruments, url: config.busUrl });
  const counts = createGatewayMetrics(metrics);
  const readModel = createReadModel();
  const serviceLevel = createServiceLevel(config.limits.latencyGoalMs, () => performance.now());
  const identity = createIdentity({
    adminToken: config.adminToken,
    services: { request: (contract, input, context) => request(bus, contract, input, context) },
    log,
    now: Date.now,
    onRevoked: (userId) => hub.endStreamsOf(userId),
  });
  const hub = createEventHub({
    config: config.sse,
    log,
    metrics: counts.sse,
    async readLog(after) {
      const page = await request(bus, eventLog.requests.read, { after }, CONTEXT);
      return { logId: page.log_id, events: page.events };
    },
  });
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
  metrics.gauge("vega_sse_clients", "Open event streams", () => hub.clients());
  metrics.gauge("vega_read_model_sequence", "The log's sequence that reads show", () =>
    readModel.sequence(),
  );
  const stopListening = LIVE_MESSAGES.map((contract) =>
    listen(bus, contract, (message) => hub.publishLive(contract, message)),
  );
  const modelClient = createModelClient(
    bus,
    { ...config.inference, tracing: tracer },
    readModel.disabledCapabilities,
  );
  const health = watchHealth({ bus, follower, serviceLevel, sseClients: () => hub.clients() });
  const server = await startServer({
    config,
    log,
    services: createServiceClient(bus, follower),
    modelClient,
    identity,
    reportError: (error, about) => bus.noted(error, about),
    readModel,
    reached: (sequence, timeoutMs) => follower.reached(sequence, timeoutMs),
    hub,
    health,
    serviceLevel,
    metrics: counts,
    metricsText: metrics.text,
    tracing: tracer,
    now: Date.now,
  });

  return {
    log,
    metrics,
    condition: async () => health.readiness(),
    fault: (error) => bus.fault(error),
    async stop() {
      health.beginStop();
      await bus.leave();
      await server.stop();
      modelClient.close();
      for (const stop of stopListening) stop();
      identity.stop();
      await health.stop();
      await follower.stop();
      await bus.close();
      await tracer?.stop();
    },
  };
}
