import type { FaultProvider } from "@vega/ai/testing";
import { startFaultProvider } from "@vega/ai/testing";
import type { Network } from "@vega/test-support";
import { startNetwork, until } from "@vega/test-support";
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CollectedSpan, Collector } from "./otlp-collector.ts";
import { startCollector } from "./otlp-collector.ts";
import { providersAt } from "./traffic.ts";

/* One trace from HTTP through the bus and gRPC to the store and the provider, as an OTLP collector receives it. */

let collector: Collector;
let provider: FaultProvider;
let network: Network;
beforeAll(async () => {
  [collector, provider] = await Promise.all([startCollector(), startFaultProvider()]);
  network = await startNetwork({
    providers: providersAt(provider),
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: "x-tenant=ravens%20two",
      OTEL_BSP_SCHEDULE_DELAY: "50",
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test",
    },
  });
});
afterAll(async () => {
  await network.close();
  await Promise.all([collector.close(), provider.close()]);
});

/** A caller with a new trace. */
function caller(flags = "01") {
  const traceId = randomBytes(16).toString("hex");
  const spanId = randomBytes(8).toString("hex");
  return { traceId, spanId, headers: { traceparent: `00-${traceId}-${spanId}-${flags}` } };
}

const spansOf = (traceId: string) => collector.spans.filter((span) => span.traceId === traceId);

/** The path from the caller's span down to this one: `service kind: name`. */
function wayTo(span: CollectedSpan, rootId: string): string[] {
  const way: string[] = [];
  let at: CollectedSpan | undefined = span;
  for (let id: string | undefined = span.spanId; id !== rootId; id = at.parentId) {
    at = collector.spans.find(({ spanId }) => spanId === id);
    if (!at) throw new Error(`${way.join(" < ")} < a span that was not exported`);
    way.unshift(`${at.service} ${at.kind}: ${at.name}`);
  }
  return way;
}

async function arrived(traceId: string, name: string): Promise<CollectedSpan> {
  return until(`the span ${name}`, () => spansOf(traceId).find((span) => span.name === name));
}

const complete = (content: string, headers: Record<string, string>, model = "wall/good") =>
  network.api.send(
    "POST",
    "/v1/chat/completions",
    { model, messages: [{ role: "user", content }], temperature: 0.5, max_tokens: 50 },
    headers,
  );

test("a write is one trace: gateway, state, store", async () => {
  const { traceId, spanId, headers } = caller();
  const body = { update: { ravens: "a secret of mine" } };
  expect((await network.api.send("POST", "/api/memory-update", body, headers)).status).toBe(200);
  const commit = await arrived(traceId, "commit log");
  const root = await arrived(traceId, "POST /api/memory-update");
  expect(root).toMatchObject({ service: "vega-gateway", kind: "server", failed: false });
  expect(root.parentId).toBe(spanId);
  expect(root.attributes).toMatchObject({
    "http.request.method": "POST",
    "http.route": "/api/memory-update",
    "http.response.status_code": 200,
  });
  await until("all spans have arrived", () => wayTo(commit, spanId));
  expect(wayTo(commit, spanId)).toEqual([
    "vega-gateway server: POST /api/memory-update",
    "vega-gateway client: vega.state.memory.put",
    "vega-state server: vega.state.memory.put",
    "vega-state client: commit log",
  ]);
  expect(commit.attributes).toMatchObject({ "db.system.name": "sqlite", "vega.log.entries": 1 });
  // A child span lies within the time of its parent.
  expect(commit.from >= root.from && commit.to <= root.to).toBe(true);
});

test("a chat request is one trace: gateway, ai and provider, which gets the traceparent of its span", async () => {
  const { traceId, spanId, headers } = caller();
  expect((await complete("what do ravens keep secret?", headers)).status).toBe(200);
  const call = await arrived(traceId, "chat good");
  await until("all spans have arrived", () => wayTo(call, spanId));
  expect(wayTo(call, spanId)).toEqual([
    "vega-gateway server: POST /v1/chat/completions",
    "vega-gateway client: vega.ai.v1.Inference/Chat",
    "vega-ai server: vega.ai.v1.Inference/Chat",
    "vega-ai client: chat good",
  ]);
  expect(call.attributes).toMatchObject({
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "wall",
    "gen_ai.request.model": "good",
    "gen_ai.request.temperature": 0.5,
    "gen_ai.request.max_tokens": 50,
    "gen_ai.response.finish_reasons": ["stop"],
    "gen_ai.usage.input_tokens": expect.any(Number),
    "gen_ai.usage.output_tokens": expect.any(Number),
  });
  const [seen] = provider.callsOf("good").slice(-1);
  expect(seen?.headers.traceparent).toBe(`00-${traceId}-${call.spanId}-01`);
  // The writes of ai are in the same trace.
  const commits = await until("the commits", () => {
    const found = spansOf(traceId).filter(({ name }) => name === "commit log");
    for (const one of found) wayTo(one, spanId);
    return found.length >= 2 && found;
  });
  for (const commit of commits) {
    expect(wayTo(commit, spanId).slice(0, 3)).toEqual(wayTo(call, spanId).slice(0, 3));
  }
});

test("a streamed completion is in the trace of its request, too", async () => {
  const { traceId, spanId, headers } = caller();
  const response = await fetch(`${network.api.url}/v1/chat/completions`, {
    method: "POST",
    headers: {
      ...headers,
      authorization: "Bearer a-token-for-tests-only",
      "content-type": "application/json",
    },
    body: JSON.stringify({
      model: "wall/good",
      stream: true,
      messages: [{ role: "user", content: "why?" }],
    }),
  });
  expect(await response.text()).toContain("[DONE]");
  const call = await arrived(traceId, "chat good");
  await until("all spans are there", () => wayTo(call, spanId));
  expect(wayTo(call, spanId)).toEqual([
    "vega-gateway server: POST /v1/chat/completions",
    "vega-gateway client: vega.ai.v1.Inference/Chat",
    "vega-ai server: vega.ai.v1.Inference/Chat",
    "vega-ai client: chat good",
  ]);
});

test("each member of an ensemble is a child span of the ensemble", async () => {
  const { traceId, headers } = caller();
  expect((await complete("why?", headers, "orchestra")).status).toBe(200);
  const ensemble = await until("the ensemble", () =>
    spansOf(traceId).find((span) => span.attributes["gen_ai.provider.name"] === "orchestra"),
  );
  await arrived(traceId, "chat good");
  const seats = spansOf(traceId).filter(({ name }) => name === "chat good");
  for (const { parentId } of seats) expect(parentId).toBe(ensemble.spanId);
});

test("the span of a failed call has the error", async () => {
  const { traceId, headers } = caller();
  provider.behave("broken", { kind: "status", status: 500 });
  expect((await complete("why?", headers, "wall/broken")).status).toBeGreaterThanOrEqual(500);
  const call = await arrived(traceId, "chat broken");
  expect(call.failed).toBe(true);
  expect(call.attributes).toMatchObject({
    "error.type": "unavailable",
    "http.response.status_code": 500,
  });
  expect((await arrived(traceId, "POST /v1/chat/completions")).failed).toBe(true);
});

test("an unsampled request exports no spans and still passes its trace on", async () => {
  const { traceId, headers } = caller("00");
  expect((await complete("why?", headers)).status).toBe(200);
  const [seen] = provider.callsOf("good").slice(-1);
  expect(seen?.headers.traceparent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
  // A later span has arrived, so this one would have, too.
  const later = caller();
  await network.api.get("/api/status", later.headers);
  await arrived(later.traceId, "GET /api/status");
  expect(spansOf(traceId)).toEqual([]);
});

test("no span has text or accounts, and periodic requests of services are not traced", () => {
  const text = JSON.stringify(collector.spans, (_, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
  for (const word of ["secret", "why?", "a-token-for-tests-only", "an-internal-token"]) {
    expect(text).not.toContain(word);
  }
  const roots = collector.spans.filter(({ parentId }) => parentId === undefined);
  expect(new Set(roots.map(({ kind }) => kind))).not.toContain("client");
  expect(collector.headers[0]).toMatchObject({ "x-tenant": "ravens two" });
});
