// The stand-in provider, in a process of its own: OpenAI's protocol over bare node:http, with a fixed latency that the
// parent sends. The reply is the port.
// Source: https://platform.openai.com/docs/api-reference/chat
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { shapeOf, opening, piece } from "./completion-text.ts";
import type { ChatBody } from "./chat.ts";
import { nonceOfRequest } from "./chat.ts";

const CREATED = 1_700_000_000;

interface CompletionJob {
  readonly response: ServerResponse;
  readonly body: ChatBody;
  readonly chunks: number;
  readonly gapMs: number;
  readonly opening: string;
}

const usageOf = (chunks: number) => ({
  usage: { prompt_tokens: 8, completion_tokens: chunks, total_tokens: 8 + chunks },
});

function sendWhole({ response, body, chunks, opening: start }: CompletionJob): void {
  const content = start + Array.from({ length: chunks }, (_, number) => piece(number)).join("");
  const text = JSON.stringify({
    id: "chatcmpl-mock",
    object: "chat.completion",
    created: CREATED,
    model: body.model,
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
    ...usageOf(chunks),
  });
  response
    .writeHead(200, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(text),
    })
    .end(text);
}

const sse = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;

/** Sends each piece in a chunk of its own, the last one together with the end of the stream. */
function sendInChunks({ response, body, chunks, gapMs, opening: start }: CompletionJob): void {
  const chunk = (delta: object, finish_reason: string | null = null) =>
    sse({
      id: "chatcmpl-mock",
      object: "chat.completion.chunk",
      created: CREATED,
      model: body.model,
      choices: [{ index: 0, delta, finish_reason }],
    });
  const tail = () => {
    const last = { id: "chatcmpl-mock", object: "chat.completion.chunk", created: CREATED };
    const usage = sse({ ...last, model: body.model, choices: [], ...usageOf(chunks) });
    const counted = body.stream_options?.include_usage ? usage : "";
    return `${chunk({}, "stop")}${counted}data: [DONE]\n\n`;
  };
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  const started = performance.now();
  const send = (number: number) => {
    if (response.destroyed) return;
    const lead = number === 0 ? chunk({ role: "assistant", content: "" }) : "";
    const content = (number === 0 ? start : "") + piece(number);
    const text = lead + chunk({ content });
    if (number === chunks - 1) {
      response.end(text + tail());
      return;
    }
    const flushed = response.write(text);
    const next = () => send(number + 1);
    // Scheduled from the start, so that a late timer does not delay all later chunks.
    if (gapMs > 0)
      setTimeout(next, Math.max(1, started + (number + 1) * gapMs - performance.now()));
    else if (flushed) setImmediate(next);
    else response.once("drain", next);
  };
  send(0);
}

async function complete(request: IncomingMessage, response: ServerResponse, waitMs: number) {
  const body = (await json(request)) as ChatBody;
  const from = performance.now();
  const shape = shapeOf(body.model);
  setTimeout(() => {
    const start = opening(nonceOfRequest(body), performance.now() - from);
    const job = { response, body, ...shape, opening: start };
    if (body.stream) sendInChunks(job);
    else sendWhole(job);
  }, waitMs);
}

process.once("message", ({ waitMs }: { waitMs: number }) => {
  const server = createServer((request, response) => {
    if (request.method === "POST" && request.url === "/v1/chat/completions") {
      complete(request, response, waitMs).catch((error: unknown) =>
        response
          .writeHead(400, { "content-type": "application/json" })
          .end(
            JSON.stringify({ error: { message: String(error), type: "invalid_request_error" } }),
          ),
      );
    } else if (request.url === "/v1/models") {
      const data = [{ id: "mock", object: "model", created: CREATED, owned_by: "bench" }];
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ object: "list", data }));
    } else response.writeHead(404).end();
  });
  // Longer than a gateway is idle while others are measured.
  server.keepAliveTimeout = 600_000;
  server.listen({ port: 0, host: "127.0.0.1", backlog: 1_024 }, () =>
    process.send?.({ port: (server.address() as AddressInfo).port }),
  );
});

process.once("disconnect", () => process.exit());
