import type { Span } from "@opentelemetry/api";
import { context, propagation, ROOT_CONTEXT, SpanKind, trace } from "@opentelemetry/api";
import { endSpan, traceparentOf } from "@vega/messaging";
import type { FastifyRequest } from "fastify";
import fp from "fastify-plugin";
import type { Dependencies } from "../dependencies.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Span of the request; undefined without tracing. */
    span: Span | undefined;
  }
}

/** Not traced: event streams last for hours, and probes have no useful span. */
const UNTRACED = new Set<string | undefined>(["stream", "probe"]);

/**
 * A span for each request, in the trace of the caller if it sends one. Of the URL only the pattern of the route is
 * recorded: paths contain ids, queries may contain personal data.
 * https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server
 */
export const spans = fp(async (app, { tracer }: Pick<Dependencies, "tracer">) => {
  app.decorateRequest("span", undefined);
  if (!tracer) return;
  app.addHook("onRequest", (request, _reply, done) => {
    if (UNTRACED.has(request.routeOptions.config.kind)) return done();
    const attributes = {
      "http.request.method": request.method,
      "http.route": request.routeOptions.url ?? "",
      "network.protocol.version": request.raw.httpVersion,
      "url.scheme": request.protocol,
    };
    const parent = propagation.extract(ROOT_CONTEXT, request.headers);
    const span = tracer.startSpan(nameOf(request), { kind: SpanKind.SERVER, attributes }, parent);
    request.span = span;
    request.traceparent = traceparentOf(span) ?? "";
    // The handler runs in the context of the span.
    context.with(trace.setSpan(parent, span), done);
  });
  app.addHook("onResponse", (request, { statusCode }, done) => {
    request.span?.setAttribute("http.response.status_code", statusCode);
    // An interrupted stream has status 200.
    const failure = statusCode >= 500 ? String(statusCode) : request.failure?.code;
    if (request.span) endSpan(request.span, failure);
    done();
  });
});

const nameOf = ({ method, routeOptions }: FastifyRequest): string =>
  routeOptions.url === undefined ? method : `${method} ${routeOptions.url}`;
