import type { ChatBegun, JsonObject } from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { viewerOf } from "../../library/viewer.ts";
import { keyIdOf, mayUse, userIdOf } from "../../access/principal.ts";
import type { Dependencies, Routes } from "../../dependencies.ts";
import { CompletionError, toVegaError } from "../../inference/completion-error.ts";
import type { CompletionHead } from "../../inference/completion.ts";
import { toChunks, toCompletion } from "../../inference/completion.ts";
import type { ChatRequest } from "../../inference/model-client.ts";
import { toOpenAiError } from "../../plugins/openai-errors.ts";
import { recordFailure } from "../../plugins/errors.ts";
import { problemOf } from "../../plugins/problem.ts";
import { contextOf } from "../../plugins/request-context.ts";
import { openAiErrorResponse } from "./schemas.ts";
import { openDataStream, sendData, disconnectSignal } from "./stream.ts";

/** OpenAI's body with members of VEGA. All other members go to the provider unchecked. */
const bodySchema = z
  .looseObject({
    model: z.string().optional().meta({
      description: "`<provider>/<model>` or an alias; see GET /v1/models",
      example: "local/echo-analyst",
    }),
    messages: z.array(z.looseObject({ role: z.string() })).min(1),
    stream: z.boolean().nullish(),
    stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
    fallbacks: z
      .array(z.string())
      .optional()
      .meta({ description: "Models to try if that one fails" }),
    vega_background: z.boolean().nullish().meta({
      description: "true: the completion goes on when the client disconnects",
    }),
    vega_conversation: z.string().optional().meta({
      description: "Id of the conversation to continue; also as the header Vega-Conversation",
    }),
    vega_orchestra: z.unknown().optional().meta({
      description: "For an ensemble: {mode, angles}",
    }),
    vega_memory: z
      .unknown()
      .optional()
      .meta({ description: "true, or {namespaces}: adds matching memory entries to the prompt" }),
  })
  .meta({
    description: "The body of OpenAI's POST /v1/chat/completions",
    example: {
      model: "local/echo-analyst",
      messages: [{ role: "user", content: "What is the state of the system?" }],
    },
  });

const MAX_KEY_LENGTH = 255;

function chatRequestOf(
  request: FastifyRequest<{ Body: JsonObject }>,
  publicReads: boolean,
): ChatRequest {
  const { "idempotency-key": key, "vega-conversation": conversation } = request.headers;
  if (typeof key === "string" && (key === "" || key.length > MAX_KEY_LENGTH)) {
    throw new VegaError("invalid", `Idempotency-Key must have 1 to ${MAX_KEY_LENGTH} characters`);
  }
  const { body } = request;
  // The memory shows in the answer, so a key without the scope `memory` must not reach it this way.
  if (body["vega_memory"] && !mayUse(request.principal, "memory")) {
    throw new VegaError(
      "forbidden",
      "vega_memory needs the permission memory: add the scope to the API key, or leave the member out",
    );
  }
  return {
    body: typeof conversation === "string" ? { ...body, vega_conversation: conversation } : body,
    owner: userIdOf(request.principal),
    keyId: keyIdOf(request.principal),
    viewer: viewerOf(request.principal, publicReads),
    context: contextOf(request),
    idempotencyKey: typeof key === "string" ? key : undefined,
  };
}

/** Sent with errors too: after a failure the caller can continue the conversation. */
const referencesOf = ({ conversation_id, message_id }: ChatBegun) => ({
  "vega-conversation": conversation_id,
  "vega-message": message_id,
});

/**
 * Headers of a completion: the provider's rate limits and request id (unless the caller sent its own id), VEGA's request
 * id, and the stored conversation and message.
 */
function headersOf(
  request: FastifyRequest,
  { begun, headers }: CompletionHead,
): Record<string, string> {
  const { "x-request-id": upstream, "request-id": other, ...limits } = headers;
  const id = upstream ?? other;
  const isNamed = request.headers["x-request-id"] === request.id;
  return {
    ...limits,
    ...(id !== undefined && !isNamed && { "x-request-id": id }),
    "vega-request-id": request.id,
    ...referencesOf(begun),
    ...(begun.replayed && { "idempotent-replayed": "true" }),
    ...(begun.memory.length > 0 && { "vega-memory": begun.memory.map(encodeURI).join(", ") }),
    ...(begun.flags?.length && { "vega-flags": begun.flags.map(encodeURI).join(", ") }),
  };
}

/** OpenAI's chat completions for any provider. */
export const chatCompletionRoutes: Routes = async (app, dependencies) => {
  const { modelClient, config } = dependencies;
  app.post(
    "/v1/chat/completions",
    {
      config: { access: "chat", kind: "model", capability: "tongue" },
      bodyLimit: config.limits.chatBytes,
      schema: {
        operationId: "createChatCompletion",
        summary: "Create a chat completion (OpenAI protocol); it is stored as a conversation",
        tags: ["models"],
        body: bodySchema,
        response: { 200: z.unknown(), ...openAiErrorResponse },
      },
    },
    async (request, reply) => {
      const chat = request as FastifyRequest<{ Body: JsonObject }>;
      const chatRequest = chatRequestOf(chat, config.publicReads);
      const events = modelClient.chat(chatRequest, disconnectSignal(reply), (begun) => {
        reply.headers(referencesOf(begun));
      });
      if (chatRequest.body.stream === true) return sendStream(chat, reply, events, dependencies);
      const { head, body } = await toCompletion(events);
      return reply.headers(headersOf(request, head)).send(body);
    },
  );
};

async function sendStream(
  request: FastifyRequest<{ Body: JsonObject }>,
  reply: FastifyReply,
  events: ReturnType<Dependencies["modelClient"]["chat"]>,
  { log, reportError }: Dependencies,
): Promise<FastifyReply> {
  const options = request.body.stream_options as { include_usage?: boolean } | undefined;
  let stream: ReturnType<typeof openDataStream> | undefined;
  try {
    for await (const part of toChunks(events, options?.include_usage === true)) {
      if (part.kind === "head") stream = openDataStream(reply, headersOf(request, part.head));
      else if (stream) await sendData(stream, JSON.stringify(part.chunk));
    }
    if (stream) await sendData(stream, "[DONE]");
  } catch (error) {
    // Nothing has been sent yet: the error handler can set a status.
    if (!stream) throw error;
    const problem = problemOf(
      error instanceof CompletionError ? toVegaError(error) : error,
      request.id,
    );
    if (problem.code === "internal") {
      log.error({ err: error, request_id: request.id }, "chat stream failed");
    }
    if (problem.status >= 500) recordFailure(reportError, error, request, problem.code);
    await sendData(stream, JSON.stringify(toOpenAiError(error, problem).body));
  }
  stream?.end();
  return reply;
}
