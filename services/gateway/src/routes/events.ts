import { VegaError } from "@vega/contracts";
import type { FastifyReply } from "fastify";
import { z } from "zod";
import { readPermissions } from "../access/access.ts";
import { userIdOf } from "../access/principal.ts";
import type { Routes } from "../dependencies.ts";
import { parseEventId } from "../sse/cursor.ts";
import { SSE_TYPES } from "../sse/event-data.ts";
import type { TypeFilter } from "../sse/subscription.ts";
import { ALL_TYPES, filterOf } from "../sse/subscription.ts";
import { problemResponse } from "./schemas.ts";

/** A gateway that has just started: to answer 503 would make browsers give up for good. */
const FIRST_LOAD_WAIT_MS = 10_000;
/** An id from another gateway may be ahead of what came here. */
const AHEAD_WAIT_MS = 1_000;

const STREAM_HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
};

function parseTypes(types: string | undefined): TypeFilter {
  if (types === undefined) return ALL_TYPES;
  const names = types.split(",").filter((name) => name !== "");
  const result = filterOf(names);
  if ("filter" in result) return result.filter;
  throw new VegaError(
    "invalid",
    `there is no event type ${JSON.stringify(result.unknown)}; known are ${SSE_TYPES.join(", ")}`,
    [{ path: "/types", message: `use some of ${SSE_TYPES.join(", ")}, separated by commas` }],
  );
}

const ignore = () => undefined;

/** Writes the head of a stream that ends with its connection, and takes it out of fastify's hands. */
function openStream(reply: FastifyReply) {
  const headers = reply.headers(STREAM_HEADERS).getHeaders() as Record<string, string>;
  const { raw } = reply.hijack();
  // Without chunks a frame is one write of the same bytes for every client; the connection's end is the stream's.
  raw.removeHeader("transfer-encoding");
  raw.writeHead(200, { ...headers, connection: "close" });
  raw.socket?.setKeepAlive(true, 60_000);
  raw.on("error", ignore);
  return raw;
}

export const eventRoutes: Routes = async (app, { config, hub, reached, readModel }) => {
  app.get(
    "/api/events",
    {
      config: { access: "public", kind: "stream" },
      schema: {
        summary: "What happens, as it happens (server-sent events)",
        description:
          "`data` is JSON with a `type`; `id` is the sequence. `Last-Event-ID` or `last_event_id` goes on from there; with `log` an id of another log is told from one of this.",
        tags: ["events"],
        querystring: z.object({
          types: z
            .string()
            .optional()
            .meta({ description: `Some of ${SSE_TYPES.join(", ")}, separated by commas` }),
          last_event_id: z.string().max(64).optional(),
          lastEventId: z
            .string()
            .max(64)
            .optional()
            .meta({ description: "The same, as polyfills of EventSource write it" }),
          log: z
            .string()
            .max(64)
            .optional()
            .meta({ description: "`log` of `connected`: the log that the id is of" }),
        }),
        response: {
          200: {
            description: "A stream of events",
            content: { "text/event-stream": { schema: z.string() } },
          },
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const types = parseTypes(request.query.types);
      if (request.method === "HEAD") return reply.headers(STREAM_HEADERS).send("");
      if (hub.closed()) {
        // A connection that breaks makes a browser come back; a 503 would make it give up.
        reply.hijack().raw.destroy();
        return reply;
      }
      if (!(await reached(0, FIRST_LOAD_WAIT_MS))) {
        throw new VegaError("unavailable", "the state has not been read yet; try again");
      }
      // The header wins: EventSource repeats the URL as it was and tells in the header where it is.
      const header = [request.headers["last-event-id"]].flat().join(",");
      const lastEventId = header || (request.query.last_event_id ?? request.query.lastEventId);
      const wanted = parseEventId(lastEventId ?? "") ?? 0;
      if (hub.full()) throw new VegaError("unavailable", "there are too many streams; try again");
      if (reply.raw.destroyed) return reply.hijack();
      const stream = openStream(reply);
      if (wanted > readModel.sequence()) {
        stream.flushHeaders();
        await reached(wanted, AHEAD_WAIT_MS);
      }
      if (!stream.destroyed) {
        hub.open(stream, {
          lastEventId,
          log: request.query.log,
          types,
          account: userIdOf(request.principal),
          permissions: readPermissions(request.principal, config.publicReads),
        });
      }
      return reply;
    },
  );
};
