import type { Span } from "@vega/service-kit";
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
    // The handler runs in the context of the span.
    span.run(done);
  });
  app.addHook("onResponse", (request, { statusCode }, done) => {
    request.span?.set({ "http.response.status_code": statusCode });
    // An interrupted stream has status 200.
    const why = statusCode >= 500 ? String(statusCode) : request.failure?.code;
    request.span?.end(why);
    done();
  });
});

const nameOf = ({ method, routeOptions }: FastifyRequest): string =>
  routeOptions.url === undefined ? method : `${method} ${routeOptions.url}`;
