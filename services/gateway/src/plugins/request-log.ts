import { VegaError } from "@vega/contracts";
import fp from "fastify-plugin";
import type { Dependencies } from "../dependencies.ts";
import { traceparentOf } from "./request-context.ts";
import { traceIdOf } from "./trace.ts";

const UNAUTHORIZED = 401;

/** Names each answer by its request id, counts it for the alpha core and logs one line of it. */
export const requestLog = fp(async (app, { log, traffic, health }: Dependencies) => {
  app.addHook("onRequest", (request, reply, done) => {
    void reply.header("x-request-id", request.id).header("x-content-type-options", "nosniff");
    // Probes tell it themselves; a stream is for its route to refuse.
    if (health.stopping() && request.routeOptions.config.kind === undefined) {
      return done(new VegaError("unavailable", "the gateway is stopping; try again"));
    }
    done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    const { statusCode: status, elapsedTime } = reply;
    const { kind } = request.routeOptions.config;
    // Who tries tokens has no say in how well others are served.
    if (kind === undefined && status !== UNAUTHORIZED) traffic.count(status, elapsedTime);
    const level = status >= 500 && kind === undefined ? "warn" : "debug";
    if (log.isLevelEnabled(level)) {
      log[level](
        {
          method: request.method,
          path: request.url.split("?", 1)[0],
          status,
          ms: Math.round(elapsedTime * 10) / 10,
          request_id: request.id,
          trace_id: traceIdOf(traceparentOf(request)),
          address: request.ip,
        },
        "answered",
      );
    }
    done();
  });
});
