import { VegaError } from "@vega/contracts";
import fp from "fastify-plugin";
import type { Dependencies } from "../dependencies.ts";

/** Disables Node's own refusals, whose responses have no headers and no problem document. */
export const SERVER_OPTIONS = { requireHostHeader: false } as const;

/** Refuses requests before their route, after the hooks that set headers on every response. */
export const admission = fp(async (app, { health }: Dependencies) => {
  app.addHook("onRequest", (request, _reply, done) => {
    // RFC 9112, section 3.2: HTTP/1.1 requires a Host header.
    if (request.headers.host === undefined && request.raw.httpVersion === "1.1") {
      return done(new VegaError("invalid", "the Host header is missing"));
    }
    // Probes report the stop in their body; the route of streams refuses them itself.
    const { kind } = request.routeOptions.config;
    if (health.stopping() && kind !== "probe" && kind !== "stream") {
      return done(new VegaError("unavailable", "the gateway is stopping; try again"));
    }
    done();
  });
  // RFC 9110, section 10.1.1: a server may ignore an unknown expectation.
  app.server.on("checkExpectation", (request, response) => app.routing(request, response));
});
