// A model that costs nothing and takes a set time, in a process of its own: OpenAI's protocol over bare node:http. Its
// parent tells it how long it takes to begin an answer, and is told the port.
// Source: https://platform.openai.com/docs/api-reference/chat
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { mannerOf, opening, piece } from "./answer-text.ts";
import type { ChatBody } from "./chat.ts";
import { nonceOfRequest } from "./chat.ts";

const CREATED = 1_700_000_000;

interface Answering {
  readonly response: ServerResponse;
  readonly body: ChatBody;
  readonly chunks: number;
  readonly gapMs: number;
  readonly opening: string;
}

const usageOf = (chunks: number) => ({
  usage: { prompt_tokens: 8, completion_tokens: chunks, total_tokens: 8 + chunks },
});

function answerWhole({ response, body, chunks, opening: start }: Answering): void {
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

/** Every piece is a chunk and leaves by itself, the last with the end of the stream. */
function answerInChunks({ response, body, chunks, gapMs, opening: start }: Answering): void {
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
  const began = performance.now();
  const send = (number: number) => {
    if (response.destroyed) return;
    const lead = number === 0 ? chunk({ role: "assistant", content: "" }) : "";
    const content = (number === 0 ? start : "") + piece(number);
    const text = lead + chunk({ content });
    if (number === chunks - 1) {
      response.end(text + tail());
      return;
    }
    const taken = response.write(text);
    const next = () => send(number + 1);
    // By the plan and not by the chunk before: a timer that is late does not make all that follow late.
    if (gapMs > 0) setTimeout(next, Math.max(1, began + (number + 1) * gapMs - performance.now()));
    else if (taken) setImmediate(next);
    else response.once("drain", next);
  };
  send(0);
}

async function answer(request: IncomingMessage, response: ServerResponse, waitMs: number) {
  const body = (await json(request)) as ChatBody;
  const from = performance.now();
  const manner = mannerOf(body.model);
  setTimeout(() => {
    const start = opening(nonceOfRequest(body), performance.now() - from);
    const answering = { response, body, ...manner, opening: start };
    if (body.stream) answerInChunks(answering);
    else answerWhole(answering);
  }, waitMs);
}

process.once("message", ({ waitMs }: { waitMs: number }) => {
  const server = createServer((request, response) => {
    if (request.method === "POST" && request.url === "/v1/chat/completions") {
      answer(request, response, waitMs).catch((error: unknown) =>
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
  // Gateways keep connections while others are measured; none is to find one closed.
  server.keepAliveTimeout = 600_000;
  server.listen({ port: 0, host: "127.0.0.1", backlog: 1_024 }, () =>
    process.send?.({ port: (server.address() as AddressInfo).port }),
  );
});

process.once("disconnect", () => process.exit());
