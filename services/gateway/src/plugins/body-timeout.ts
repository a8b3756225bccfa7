import fp from "fastify-plugin";

/** Timeout for receiving a body. Uploads end when no byte comes instead. */
const BODY_TIMEOUT_MS = 30_000;

/** Ends a connection whose body does not arrive in time, with 408. */
export const bodyTimeout = fp(
  async (app, { timeoutMs = BODY_TIMEOUT_MS }: { timeoutMs?: number }) => {
    app.addHook("preParsing", (request, _reply, payload, done) => {
      const { raw, method, routeOptions } = request;
      const hasBody = method !== "GET" && method !== "HEAD" && !raw.complete;
      if (hasBody && routeOptions.config.kind !== "transfer") {
        const timer = setTimeout(() => {
          if (raw.complete) return;
          // Node reports a slow request in the same way.
          const error = Object.assign(new Error("request timeout"), {
            code: "ERR_HTTP_REQUEST_TIMEOUT",
          });
          app.server.emit("clientError", error, raw.socket);
        }, timeoutMs);
        raw.once("close", () => clearTimeout(timer));
      }
      done(null, payload);
    });
  },
);
