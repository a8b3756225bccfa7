import type { JsonObject } from "@vega/contracts";
import type { FastifyReply, FastifyRequest } from "fastify";
import { keyIdOf, userIdOf } from "../access/principal.ts";
import type { Completion } from "../inference/completion.ts";
import { toCompletion } from "../inference/completion.ts";
import type { ModelClient } from "../inference/model-client.ts";
import { contextOf } from "../plugins/request-context.ts";
import { disconnectSignal } from "./v1/stream.ts";

/** A prompt of the legacy routes. */
export interface PromptRequest {
  /** Undefined: the preferred model. */
  readonly model: string | undefined;
  readonly system?: string | undefined;
  readonly prompt: string;
  /** Options for an ensemble. */
  readonly orchestra?: JsonObject;
}

/** Completes a prompt on behalf of the caller. Throws CompletionError and VegaError. */
export function completePrompt(
  modelClient: ModelClient,
  { model, system, prompt, orchestra }: PromptRequest,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Completion> {
  const messages = [
    ...(system ? [{ role: "system", content: system }] : []),
    { role: "user", content: prompt },
  ];
  const chatRequest = {
    body: {
      ...(model !== undefined && { model }),
      ...(orchestra && { vega_orchestra: orchestra }),
      messages,
    },
    owner: userIdOf(request.principal),
    keyId: keyIdOf(request.principal),
    context: contextOf(request),
    idempotencyKey: undefined,
  };
  return toCompletion(modelClient.chat(chatRequest, disconnectSignal(reply)));
}
