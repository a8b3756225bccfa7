import type { Span } from "@vega/service-kit";
import type { FastifyRequest } from "fastify";
import fp from "fastify-plugin";
import type { Dependencies } from "../dependencies.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Of the answer; undefined where there are no traces. */
    span: Span | undefined;
  }
}

/** Streams of events last for hours, and probes say nothing: neither is traced. */
const UNTRACED = new Set<string | undefined>(["stream", "probe"]);

/**
 * A span for each request, within the caller's trace where it says so. Nothing of the URL but the route's pattern is
 * shown: paths have ids, and queries may have more.
 * https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server
 */
export const spans = fp(async (app, { tracing }: Pick<Dependencies, "tracing">) => {
  app.decorateRequest("span", undefined);
  if (!tracing) return;
  app.addHook("onRequest", (request, _reply, done) => {
    if (UNTRACED.has(request.routeOptions.config.kind)) return done();
    const span = tracing.start(nameOf(request), {
      kind: "server",
      parent: [request.headers.traceparent].flat().join(","),
      attributes: {
        "http.request.method": request.method,
        "http.route": request.routeOptions.url ?? "",
        "network.protocol.version": request.raw.httpVersion,
        "url.scheme": request.protocol,
      },
    });
    request.span = span;
    request.traceparent = span.traceparent;
    // What follows, up to the answer, happens within it.
    span.run(done);
  });
  app.addHook("onResponse", (request, { statusCode }, done) => {
    request.span?.set({ "http.response.status_code": statusCode });
    // A stream that broke off has begun well.
    const why = statusCode >= 500 ? String(statusCode) : request.failure?.code;
    request.span?.end(why);
    done();
  });
});

const nameOf = ({ method, routeOptions }: FastifyRequest): string =>
  routeOptions.url === undefined ? method : `${method} ${routeOptions.url}`;
