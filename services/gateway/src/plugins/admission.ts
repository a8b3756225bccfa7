import { VegaError } from "@vega/contracts";
import fp from "fastify-plugin";
import type { Dependencies } from "../dependencies.ts";

/** Node refuses some requests by itself, with an answer that has no sequence and says nothing; not so with these. */
export const SERVER_OPTIONS = { requireHostHeader: false } as const;

/** What is refused before a route looks at it; after the hooks that give every answer its headers. */
export const admission = fp(async (app, { health }: Dependencies) => {
  app.addHook("onRequest", (request, _reply, done) => {
    // RFC 9112, section 3.2: HTTP/1.1 wants a Host header.
    if (request.headers.host === undefined && request.raw.httpVersion === "1.1") {
      return done(new VegaError("invalid", "the Host header is missing"));
    }
    // Probes tell it themselves; a stream is for its route to refuse.
    const { kind } = request.routeOptions.config;
    if (health.stopping() && kind !== "probe" && kind !== "stream") {
      return done(new VegaError("unavailable", "the gateway is stopping; try again"));
    }
    done();
  });
  // RFC 9110, section 10.1.1: who does not know an expectation may refuse it, and need not.
  app.server.on("checkExpectation", (request, response) => app.routing(request, response));
});
