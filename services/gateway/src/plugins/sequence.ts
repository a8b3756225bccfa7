import { VegaError } from "@vega/contracts";
import type { FastifyReply } from "fastify";
import fp from "fastify-plugin";
import { callbackify } from "node:util";
import type { Dependencies } from "../dependencies.ts";
import { READ_MODEL_WAIT_MS } from "../service-client.ts";

const HEADER = "vega-sequence";
const MIN_HEADER = "vega-min-sequence";

/** Raises the header to a sequence: the response is at least as new. */
export function setSequenceHeader(reply: FastifyReply, sequence: number): void {
  if (sequence > Number(reply.getHeader(HEADER) ?? 0)) void reply.header(HEADER, String(sequence));
}

function parseMinimum(wanted: string | string[]): number {
  if (typeof wanted === "string" && /^\d{1,15}$/.test(wanted)) return Number(wanted);
  throw new VegaError("invalid", "Vega-Min-Sequence must be a whole number, 0 or more");
}

/** Sets `Vega-Sequence` on every response; `Vega-Min-Sequence` waits until the read model has that sequence. */
export const sequence = fp(async (app, { readModel, reached }: Dependencies) => {
  const waitFor = callbackify(async (wanted: string | string[], reply: FastifyReply) => {
    const minimum = parseMinimum(wanted);
    const isReached = await reached(minimum, READ_MODEL_WAIT_MS);
    setSequenceHeader(reply, readModel.sequence());
    if (!isReached) {
      throw new VegaError("unavailable", `sequence ${minimum} has not been reached yet; try again`);
    }
  });

  app.addHook("onRequest", (request, reply, done) => {
    void reply.header(HEADER, String(readModel.sequence()));
    const wanted = request.headers[MIN_HEADER];
    if (wanted === undefined) done();
    else waitFor(wanted, reply, (error) => done(error ?? undefined));
  });
});
