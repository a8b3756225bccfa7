import { once } from "node:events";
import type { IncomingHttpHeaders } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

/*
 * A trace collector for OTLP over HTTP with JSON.
 * Source: https://opentelemetry.io/docs/specs/otlp/#otlphttp and the JSON mapping of its protobuf
 */

export interface CollectedSpan {
  readonly service: string;
  readonly name: string;
  readonly kind: "internal" | "server" | "client";
  readonly traceId: string;
  readonly spanId: string;
  /** Undefined for the root span. */
  readonly parentId: string | undefined;
  readonly failed: boolean;
  /** Nanoseconds since the epoch. */
  readonly from: bigint;
  readonly to: bigint;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface Collector {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly endpoint: string;
  readonly spans: readonly CollectedSpan[];
  /** Headers of the export requests. */
  readonly headers: readonly IncomingHttpHeaders[];
  close(): Promise<void>;
}

interface Value {
  readonly stringValue?: string;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
  readonly arrayValue?: { readonly values: readonly Value[] };
}
type Attribute = { readonly key: string; readonly value: Value };
interface Request {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}
interface WireSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly Attribute[];
  readonly status?: { readonly code?: number };
}

const KINDS = ["internal", "internal", "server", "client"] as const;
const STATUS_ERROR = 2;

const valueOf = (value: Value): unknown => {
  if (value.arrayValue) return value.arrayValue.values.map(valueOf);
  if (value.intValue !== undefined) return Number(value.intValue);
  return value.stringValue ?? value.doubleValue ?? value.boolValue;
};
const attributesOf = (all: readonly Attribute[] = []) =>
  Object.fromEntries(all.map(({ key, value }) => [key, valueOf(value)]));

function spansOf({ resourceSpans }: Request): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(attributesOf(resource.attributes)["service.name"]);
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => toSpan(service, span)));
  });
}

const toSpan = (service: string, span: WireSpan): CollectedSpan => ({
  service,
  name: span.name,
  kind: KINDS[span.kind] ?? "internal",
  traceId: span.traceId,
  spanId: span.spanId,
  parentId: span.parentSpanId || undefined,
  failed: span.status?.code === STATUS_ERROR,
  from: BigInt(span.startTimeUnixNano),
  to: BigInt(span.endTimeUnixNano),
  attributes: attributesOf(span.attributes),
});

export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const bytes = Buffer.concat(parts);
      const text = request.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes;
      if (request.url !== "/v1/traces" || request.headers["content-type"] !== "application/json") {
        response.writeHead(415).end();
        return;
      }
      headers.push(request.headers);
      spans.push(...spansOf(JSON.parse(text.toString("utf8"))));
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    })();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    headers,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
