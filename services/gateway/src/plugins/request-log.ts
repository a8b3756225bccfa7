import fp from "fastify-plugin";
import type { Dependencies } from "../dependencies.ts";
import { readTraceparent } from "@vega/service-kit";
import { traceparentOf } from "./request-context.ts";
import { createLogRateLimit } from "./log-rate-limit.ts";

const UNAUTHORIZED = 401;

/**
 * While the bus or the store is away every request fails alike: one line of each code and provider in this time tells it, with
 * the count of those before it that got none. At the level debug each has its line.
 */
const FAILURE_LINES_MS = 1_000;

/** Names each answer by its request id, counts it for the alpha core and the metrics, and logs one line of it. */
export const requestLog = fp(async (app, { log, serviceLevel, metrics, now }: Dependencies) => {
  const rateLimit = createLogRateLimit(FAILURE_LINES_MS);
  app.addHook("onRequest", (request, reply, done) => {
    void reply.header("x-request-id", request.id).header("x-content-type-options", "nosniff");
    done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    const { statusCode: status, elapsedTime } = reply;
    const { url, config } = request.routeOptions;
    const { kind } = config;
    const seconds = kind === "stream" ? undefined : elapsedTime / 1_000;
    metrics.answered(request.method, url, status, seconds);
    // Who tries tokens has no say in how well others are served.
    if (kind === undefined && status !== UNAUTHORIZED) serviceLevel.count(status, elapsedTime);
    const { failure } = request;
    // A stream that broke off has begun with a status of its own.
    const suppressed =
      (failure || status >= 500) && (kind === undefined || kind === "model")
        ? rateLimit.take(`${failure?.code ?? status} ${failure?.provider ?? ""}`, now())
        : undefined;
    const level = suppressed === undefined ? "debug" : "warn";
    if (log.isLevelEnabled(level)) {
      const trace = readTraceparent(traceparentOf(request));
      log[level](
        {
          method: request.method,
          // Where there is no route anything may stand in it, as a key that was put into the wrong place.
          path: url === undefined ? "(no route)" : request.url.split("?", 1)[0],
          status,
          ...failure,
          ...(suppressed && { suppressed }),
          ms: Math.round(elapsedTime * 10) / 10,
          request_id: request.id,
          trace_id: trace?.traceId,
          span_id: trace?.spanId,
          address: request.ip,
        },
        "answered",
      );
    }
    done();
  });
});
