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

/** Wait for the first read of the state after a start. Browsers do not reconnect after a 503. */
const FIRST_LOAD_WAIT_MS = 10_000;
/** Wait for an event id that another gateway has sent and this one has not received yet. */
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
    `unknown event type ${JSON.stringify(result.unknown)}; valid types: ${SSE_TYPES.join(", ")}`,
    [{ path: "/types", message: `must be a comma-separated list of ${SSE_TYPES.join(", ")}` }],
  );
}

const ignore = () => undefined;

/** Writes the headers of a stream and takes the response over from fastify. The stream ends with its connection. */
function openStream(reply: FastifyReply) {
  const headers = reply.headers(STREAM_HEADERS).getHeaders() as Record<string, string>;
  const { raw } = reply.hijack();
  // Without chunked encoding every client gets the same bytes of a frame. The end of the connection ends the stream.
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
        operationId: "streamEvents",
        summary: "Stream events as they happen (server-sent events)",
        description:
          "`data` is JSON with a `type`; `id` is the sequence. `Last-Event-ID` or `last_event_id` resumes after that event. `log` detects an id of another log.",
        tags: ["events"],
        querystring: z.object({
          types: z
            .string()
            .optional()
            .meta({ description: `Comma-separated list of ${SSE_TYPES.join(", ")}` }),
          last_event_id: z.string().max(64).optional(),
          lastEventId: z
            .string()
            .max(64)
            .optional()
            .meta({ description: "Same as `last_event_id`, for EventSource polyfills" }),
          log: z
            .string()
            .max(64)
            .optional()
            .meta({ description: "The `log` of the event `connected` that came with the id" }),
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
        // A browser reconnects after a broken connection, but not after a 503.
        reply.hijack().raw.destroy();
        return reply;
      }
      if (!(await reached(0, FIRST_LOAD_WAIT_MS))) {
        throw new VegaError("unavailable", "the state has not been read yet; try again");
      }
      // The header wins: on a reconnect EventSource repeats the URL and puts the last id into the header.
      const header = [request.headers["last-event-id"]].flat().join(",");
      const lastEventId = header || (request.query.last_event_id ?? request.query.lastEventId);
      const wanted = parseEventId(lastEventId ?? "") ?? 0;
      if (hub.full()) throw new VegaError("unavailable", "too many event streams; try again later");
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
          loggedIn: request.principal.kind !== "anonymous",
        });
      }
      return reply;
    },
  );
};
