import type { Moment } from "@vega/contracts";
import { VegaError, crystal, instantSchema } from "@vega/contracts";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Dependencies } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { redact } from "../read-model/redact.ts";
import type { ViewName } from "../read-model/views.ts";
import { VIEWS } from "../read-model/views.ts";
import { wholeNumber } from "./parameters.ts";
import { sendJson, sendCached } from "./send-json.ts";

/** Cache-busting parameters of clients: names that start with `_`, and these. */
const BUSTERS: ReadonlySet<string> = new Set(
  "t,ts,v,r,cb,rnd,rand,random,cache,nocache,bust,time,timestamp".split(","),
);
const isBuster = (name: string) => name.startsWith("_") || BUSTERS.has(name.toLowerCase());

/** A query with known parameters and cache busters. A mistyped `sequence` must not return the present state. */
function bustable<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.looseObject(shape).superRefine((query, context) => {
    const keys = Object.keys(query).filter((name) => !(name in shape) && !isBuster(name));
    if (keys.length > 0) context.addIssue({ code: "unrecognized_keys", keys, input: query });
  });
}

/** `?sequence=` or `?at=`: the state at that moment. */
export const momentQuery = bustable({
  sequence: wholeNumber(1)
    .optional()
    .meta({ description: "The state at this sequence of the log; default now" }),
  at: instantSchema.optional().meta({ description: "The state at this time; default now" }),
});

/** For routes that return the present state only. */
export const presentQuery = bustable({});

/** Undefined: now. Throws VegaError `invalid` for a query with both parameters. */
export function momentOf({ sequence, at }: z.output<typeof momentQuery>): Moment | undefined {
  if (sequence !== undefined && at !== undefined) {
    throw new VegaError("invalid", "`sequence` and `at` exclude each other");
  }
  if (sequence !== undefined) return { sequence };
  return at === undefined ? undefined : { at };
}

/** Sets the headers of a response about the past: sequence and time of its entry. */
export function setMomentHeaders(
  reply: FastifyReply,
  of: { sequence: number; time: string },
): void {
  void reply.header("vega-sequence", String(of.sequence)).header("vega-time", of.time);
}

/** Sends a view of the crystal, now or at the requested moment. */
export function sendViewAt(
  request: FastifyRequest & { query: z.output<typeof momentQuery> },
  reply: FastifyReply,
  name: ViewName,
  { readModel, services }: Pick<Dependencies, "readModel" | "services">,
): FastifyReply {
  const moment = momentOf(request.query);
  if (!moment) return sendCached(request, reply, readModel.view(name));
  // Only reads of the past are requests to state; the present is in memory.
  services.request(crystal.requests.getAt, { moment }, contextOf(request)).then(
    ({ of, crystal: then }) => {
      setMomentHeaders(reply, of);
      sendJson(reply, JSON.stringify(redact(VIEWS[name](then))));
    },
    (error: Error) => reply.send(error),
  );
  return reply;
}
