import { VegaError } from "@vega/contracts";
import fp from "fastify-plugin";

/** Lets through to {@link nodeRefusals} what node would refuse by itself. */
export const SERVER_OPTIONS = { requireHostHeader: false } as const;

/** Node's own refusals have no sequence and say nothing; here they are answers like all others. */
export const nodeRefusals = fp(async (app) => {
  // RFC 9112, section 3.2: HTTP/1.1 wants a Host header.
  app.addHook("onRequest", (request, _reply, done) => {
    if (request.headers.host === undefined && request.raw.httpVersion === "1.1") {
      return done(new VegaError("invalid", "the Host header is missing"));
    }
    done();
  });
  // RFC 9110, section 10.1.1: who does not know an expectation may refuse it, and need not.
  app.server.on("checkExpectation", (request, response) => app.routing(request, response));
});
