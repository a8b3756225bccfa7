import fp from "fastify-plugin";
import type { Dependencies } from "../dependencies.ts";
import { readTraceparent } from "@vega/service-kit";
import { traceparentOf } from "./request-context.ts";
import { createLogRateLimit } from "./log-rate-limit.ts";

const UNAUTHORIZED = 401;

/**
 * Interval of log lines about failures. While the bus or the store is unavailable every request fails alike: one line for
 * each code and provider is logged, with the number of suppressed ones. At level debug every request has a line.
 */
const FAILURE_LINES_MS = 1_000;

/** Sets the request id header, counts the response for metrics and service level, and logs one line. */
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
    // Attempts with invalid tokens must not affect the service level.
    if (kind === undefined && status !== UNAUTHORIZED) serviceLevel.count(status, elapsedTime);
    const { failure } = request;
    // An interrupted stream has a failure although its status is 200.
    const suppressed =
      (failure || status >= 500) && (kind === undefined || kind === "model" || kind === "transfer")
        ? rateLimit.take(`${failure?.code ?? status} ${failure?.provider ?? ""}`, now())
        : undefined;
    const level = suppressed === undefined ? "debug" : "warn";
    if (log.isLevelEnabled(level)) {
      const trace = readTraceparent(traceparentOf(request));
      log[level](
        {
          method: request.method,
          // A path without a route may contain anything, such as a misplaced key.
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
