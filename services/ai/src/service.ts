import type { RequestContext } from "@vega/contracts";
import { LOOP_STREAM, LOOP_TICKED, inference, messageDelta, systemContext } from "@vega/contracts";
import {
  answerReports,
  conditionOf,
  connectBus,
  consume,
  serve,
  serveAll,
  tell,
} from "@vega/messaging";
import { serveInference } from "@vega/messaging/inference/server";
import type { Service } from "@vega/service-kit";
import { openInstruments } from "@vega/service-kit";
import { createAgents } from "./agents/agents.ts";
import type { AiConfig } from "./config.ts";
import { aiEndpoints } from "./handlers/endpoints.ts";
import { factsFrom, readMemory } from "./handlers/facts.ts";
import { countProviders } from "./handlers/providers.ts";
import { openModels } from "./models/models.ts";
import { countRefusals } from "./observe/refusals.ts";
import { createCalls } from "./chat/calls.ts";
import { createResting } from "./chat/negative-cache.ts";
import { createStorage } from "./chat/storage.ts";
import { takeTurn } from "./chat/turn.ts";

const CONTEXT = systemContext("ai");

/** After a summary that could not be made; a turn waits some seconds for each try. */
const SUMMARY_REST_MS = 5 * 60_000;

/** The room of the models: answers over gRPC, everything else over the bus. Owns no data. */
export async function startAi(config: AiConfig): Promise<Service> {
  const instruments = await openInstruments("ai", config);
  const { log, metrics, tracer } = instruments;
  const countRefusal = countRefusals(metrics);
  const bus = await connectBus({ ...instruments, url: config.busUrl });
  const findFacts = factsFrom(bus, CONTEXT);
  const models = openModels({ env: config.env, log, findFacts, metrics, tracing: tracer });
  const calls = createCalls();
  const unsummarized = createResting(SUMMARY_REST_MS, () => performance.now());
  const storageFor = (context: RequestContext) => createStorage(bus, context);
  const onFault = (error: unknown) => {
    log.error({ err: error }, "a turn failed");
    bus.noted(error, { kind: "request" });
  };
  const grpc = await serveInference({
    ...config.grpc,
    tracer,
    chat: (call, signal) =>
      takeTurn(call, signal, {
        models,
        calls,
        storageFor,
        trace: () => tracer?.current(),
        readMemory: (owner, namespaces) => readMemory(bus, CONTEXT, owner, namespaces),
        tell: (delta) => tell(bus, messageDelta, delta),
        unsummarized,
        onFailed: (error) => countRefusal("answer", error),
        onFault,
      }),
    onFault,
  });
  const agents = createAgents({
    ...config.agents,
    bus,
    context: CONTEXT,
    models,
    now: Date.now,
    onFailed: (error) => countRefusal("agent", error),
    onFault(error) {
      log.error({ err: error }, "a run of an agent failed");
      bus.noted(error, { kind: "request" });
    },
  });
  const stopServing = await serve(
    bus,
    { name: "ai", version: "0.1.0", description: "Models behind one interface" },
    [...aiEndpoints(models, grpc.address, storageFor, countRefusal), ...agents.endpoints],
  );
  const stopCancels = serveAll(bus, inference.requests.cancelCalls, (asked) => {
    const cancelled = calls.cancel((call) =>
      "call_id" in asked
        ? call.callId === asked.call_id
        : call.conversation === asked.conversation_id && call.owner === asked.owner,
    );
    return cancelled > 0 ? { cancelled } : undefined;
  });
  let iteration = 0;
  const stopTicks = consume(bus, {
    stream: LOOP_STREAM,
    subject: LOOP_TICKED.subject,
    data: LOOP_TICKED.data,
    durable: "ai",
    handle(tick) {
      // A tick may come twice, and late: an agent runs once in an iteration for all that.
      if (tick.iteration > iteration) ({ iteration } = tick);
      return agents.onTick(tick);
    },
  });
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
  const stopReports = answerReports(bus, report);
  return {
    log,
    metrics,
    condition: () => conditionOf(bus, report),
    fault: (error) => bus.fault(error),
    async stop() {
      // An answer that is under way is to be stored still, should the bus come back in time.
      if (calls.count() === 0) await bus.leave();
      stopReports();
      await stopTicks();
      await stopServing();
      await agents.stop();
      // First those under way come to their end, which is stored.
      await grpc.stop();
      stopCancels();
      models.close();
      await bus.close();
      await tracer?.stop();
    },
  };
}
