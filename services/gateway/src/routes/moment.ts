import type { Moment } from "@vega/contracts";
import { VegaError, crystal, instantSchema } from "@vega/contracts";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Dependencies } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { redact } from "../read-model/redact.ts";
import type { ViewName } from "../read-model/views.ts";
import { VIEWS } from "../read-model/views.ts";
import { wholeNumber } from "./numbers.ts";
import { sendJson, sendCached } from "./send-json.ts";

/** What clients add to keep caches from answering: `_` and what begins with it, and these. */
const BUSTERS: ReadonlySet<string> = new Set(
  "t,ts,v,r,cb,rnd,rand,random,cache,nocache,bust,time,timestamp".split(","),
);
const isBuster = (name: string) => name.startsWith("_") || BUSTERS.has(name.toLowerCase());

/** A query with what is known, and cache busters: a mistyped name is not to be answered with the present. */
function bustable<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.looseObject(shape).superRefine((query, context) => {
    const keys = Object.keys(query).filter((name) => !(name in shape) && !isBuster(name));
    if (keys.length > 0) context.addIssue({ code: "unrecognized_keys", keys, input: query });
  });
}

/** `?sequence=` or `?at=`: the state as it was then. */
export const momentQuery = bustable({
  sequence: wholeNumber(1).optional(),
  at: instantSchema.optional(),
});

/** Of what is told of the present alone. */
export const presentQuery = bustable({});

/** Undefined for now. Throws VegaError `invalid` where both are said. */
export function momentOf({ sequence, at }: z.output<typeof momentQuery>): Moment | undefined {
  if (sequence !== undefined && at !== undefined) {
    throw new VegaError("invalid", "say sequence or at, not both");
  }
  if (sequence !== undefined) return { sequence };
  return at === undefined ? undefined : { at };
}

/** Says of which entry an answer about the past is, in the place of the present one. */
export function setMomentHeaders(
  reply: FastifyReply,
  of: { sequence: number; time: string },
): void {
  void reply.header("vega-sequence", String(of.sequence)).header("vega-time", of.time);
}

/** A view of the crystal, of now or of the moment that is asked for. */
export function sendViewAt(
  request: FastifyRequest & { query: z.output<typeof momentQuery> },
  reply: FastifyReply,
  name: ViewName,
  { readModel, services }: Pick<Dependencies, "readModel" | "services">,
): FastifyReply {
  const moment = momentOf(request.query);
  if (!moment) return sendCached(request, reply, readModel.view(name));
  // Only the past is asked of state: a read of the present waits for nobody.
  services.request(crystal.requests.getAt, { moment }, contextOf(request)).then(
    ({ of, crystal: then }) => {
      setMomentHeaders(reply, of);
      sendJson(reply, JSON.stringify(redact(VIEWS[name](then))));
    },
    (error: Error) => reply.send(error),
  );
  return reply;
}
