import type { RequestContext } from "@vega/contracts";
import {
  LOOP_STREAM,
  LOOP_TICKED,
  inference,
  messageDelta,
  systemContext,
  VERSION,
} from "@vega/contracts";
import {
  activeTraceparent,
  serveHealthReports,
  checkHealth,
  connectBus,
  consume,
  createBlobClient,
  serve,
  serveAll,
  publishLiveMessage,
} from "@vega/messaging";
import { serveInference } from "@vega/messaging/inference/server";
import { createRenderer } from "@vega/rendering";
import type { Service } from "@vega/service-kit";
import { openInstruments, startService } from "@vega/service-kit";
import { createAgents } from "./agents/agents.ts";
import type { AiConfig } from "./config.ts";
import { aiEndpoints } from "./handlers/endpoints.ts";
import { factsFrom, readMemory } from "./handlers/facts.ts";
import { countProviders } from "./handlers/providers.ts";
import { createLibrary } from "./library/library.ts";
import { openModels } from "./models/models.ts";
import { countRefusals } from "./observe/refusals.ts";
import { createCalls } from "./chat/calls.ts";
import { createResting } from "./chat/negative-cache.ts";
import { createStorage } from "./chat/storage.ts";
import { takeTurn } from "./chat/turn.ts";
import { createGenerations } from "./whitepapers/generations.ts";

const CONTEXT = systemContext("ai");

/** Pause after a failed summary: every attempt delays a turn by seconds. */
const SUMMARY_REST_MS = 5 * 60_000;

/** The models: chat over gRPC, everything else over the bus. Owns no data. */
export const startAi = (config: AiConfig): Promise<Service> =>
  startService(async (stack) => {
    const instruments = await openInstruments("ai", config);
    stack.use(instruments);
    const { log, metrics, tracer } = instruments;
    const countRefusal = countRefusals(metrics);
    const bus = await connectBus({ ...instruments, url: config.busUrl });
    stack.defer(() => bus.close());
    const findFacts = factsFrom(bus, CONTEXT);
    const tracing = tracer && { tracer, content: config.tracing?.content ?? false };
    const models = openModels({ env: config.env, log, findFacts, metrics, tracing });
    stack.defer(() => models.close());
    const blobs = createBlobClient(bus);
    const libraryFor = createLibrary(bus, blobs, CONTEXT);
    const calls = createCalls();
    const stopCancels = serveAll(bus, inference.requests.cancelCalls, (asked) => {
      const cancelled = calls.cancel((call) =>
        "call_id" in asked
          ? call.callId === asked.call_id
          : call.conversation === asked.conversation_id && call.owner === asked.owner,
      );
      return cancelled > 0 ? { cancelled } : undefined;
    });
    stack.defer(stopCancels);
    const unsummarized = createResting(SUMMARY_REST_MS, () => performance.now());
    const storageFor = (context: RequestContext) => createStorage(bus, context);
    const faultOf = (message: string) => (error: unknown) => {
      log.error({ err: error }, message);
      bus.recordError(error, { kind: "request" });
    };
    const onTurnFault = faultOf("a turn failed");
    const grpc = await serveInference({
      ...config.grpc,
      tracer,
      chat: (call, signal) =>
        takeTurn(call, signal, {
          models,
          blobs,
          libraryFor,
          calls,
          storageFor,
          trace: activeTraceparent,
          readMemory: (owner, namespaces) => readMemory(bus, CONTEXT, owner, namespaces),
          tell: (delta) => publishLiveMessage(bus, messageDelta, delta),
          unsummarized,
          onFailed: (error) => countRefusal("answer", error),
          onFault: onTurnFault,
        }),
      onFault: onTurnFault,
    });
    // Calls under way end first; state stores their ends.
    stack.defer(() => grpc.stop());
    const agents = createAgents({
      ...config.agents,
      bus,
      context: CONTEXT,
      models,
      now: Date.now,
      onFailed: (error) => countRefusal("agent", error),
      onFault: faultOf("a run of an agent failed"),
    });
    stack.defer(() => agents.stop());
    const renderer = createRenderer();
    stack.defer(() => renderer.stop());
    const generations = createGenerations({
      bus,
      context: CONTEXT,
      models,
      storageFor,
      blobs: createBlobClient(bus),
      renderer,
      onFailed: (error) => countRefusal("whitepaper", error),
      onFault: faultOf("the generation of a whitepaper failed"),
    });
    stack.defer(() => generations.stop());
    const stopServing = await serve(
      bus,
      { name: "ai", version: VERSION, description: "Models behind one interface" },
      [
        ...aiEndpoints(models, grpc.address, storageFor, countRefusal),
        ...agents.endpoints,
        ...generations.endpoints,
      ],
    );
    stack.defer(stopServing);
    let iteration = 0;
    const stopTicks = consume(bus, {
      stream: LOOP_STREAM,
      subject: LOOP_TICKED.subject,
      data: LOOP_TICKED.data,
      durable: "ai",
      handle(tick) {
        // Ticks are delivered at least once, also late; an agent runs once per iteration all the same.
        if (tick.iteration > iteration) ({ iteration } = tick);
        return agents.onTick(tick);
      },
    });
    stack.defer(stopTicks);
    metrics.gauge("vega_model_turns", "Turns of conversations that are under way", calls.count);
    metrics.gauge("vega_agent_runs", "Runs of agents that are under way", agents.count);
    const started = performance.now();
    const report = () => ({
      service: "ai",
      ready: true,
      checks: {
        iteration: `ok: ${iteration}`,
        calls: `ok: ${calls.count()} under way`,
        agents: `ok: ${agents.count()} under way`,
      },
      uptime_seconds: (performance.now() - started) / 1_000,
      signals: { ai: countProviders(models.status()) },
    });
    stack.defer(serveHealthReports(bus, report));
    // A completion under way is to be stored, should the bus come back in time.
    stack.defer(() => (calls.count() === 0 ? bus.closeIfDisconnected() : undefined));

    return {
      log,
      metrics,
      health: () => checkHealth(bus, report),
      reportFatal: (error: unknown) => bus.reportFatal(error),
    };
  });
