import { once } from "node:events";
import type { Agent, IncomingMessage } from "node:http";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { clock } from "../../src/clock.ts";
import type { Completion, CompletionChunk } from "../../src/upstream/chat.ts";
import { chatBody } from "../../src/upstream/chat.ts";
import type { TextReader } from "../../src/upstream/completion-text.ts";
import { textReader } from "../../src/upstream/completion-text.ts";
import type { ClientCommand } from "./client-messages.ts";

/** Milliseconds, see ClientReport. */
export interface Timing {
  readonly total: number;
  readonly first: number;
  readonly way: number;
  readonly transits: readonly number[];
  readonly longestGap: number;
}

/** Timeout between two parts of a response. */
const IDLE_TIMEOUT_MS = 15_000;

/** Requests one completion and times it. Throws Error for a wrong or incomplete one. */
export async function complete(
  command: ClientCommand,
  agent: Agent,
  nonce: string,
): Promise<Timing> {
  const { url, headers, model, stream, chunks } = command;
  const body = JSON.stringify(chatBody(model, stream, nonce));
  const sent = clock();
  const outgoing = request(`${url}/v1/chat/completions`, {
    method: "POST",
    agent,
    timeout: IDLE_TIMEOUT_MS,
    headers: {
      ...headers,
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    },
  });
  outgoing.on("timeout", () => outgoing.destroy(new Error(`idle for ${IDLE_TIMEOUT_MS} ms`)));
  // After the response has started, reading it reports the error.
  outgoing.on("error", () => undefined);
  outgoing.end(body);
  const [response] = (await once(outgoing, "response")) as [IncomingMessage];
  if (response.statusCode !== 200) {
    throw new Error(`status ${response.statusCode}: ${(await text(response)).slice(0, 300)}`);
  }
  const reader = textReader(nonce);
  const arrivals = stream ? await readStream(response, reader) : await readWhole(response, reader);
  const total = clock() - sent;
  const fault = reader.fault(chunks);
  if (fault !== undefined) throw new Error(fault);
  const first = (arrivals[0]?.at ?? Number.NaN) - sent;
  const gaps = arrivals.slice(1).map(({ at }, index) => at - (arrivals[index]?.at ?? at));
  return {
    total,
    first,
    way: first - reader.waitedMs(),
    transits: arrivals.map(({ at, left }) => at - left),
    longestGap: Math.max(0, ...gaps),
  };
}

/** Times of a piece: sent by the provider, and received. */
interface Arrival {
  readonly left: number;
  readonly at: number;
}

async function readWhole(response: IncomingMessage, reader: TextReader): Promise<Arrival[]> {
  const body = await text(response);
  const at = clock();
  const { choices } = JSON.parse(body) as Completion;
  const choice = choices?.[0];
  if (choice?.finish_reason !== "stop") throw new Error(`not finished: ${body.slice(0, 300)}`);
  return reader.read(choice.message?.content ?? "").map((left) => ({ left, at }));
}

async function readStream(response: IncomingMessage, reader: TextReader): Promise<Arrival[]> {
  const arrivals: Arrival[] = [];
  let rest = "";
  let finished = false;
  let done = false;
  response.setEncoding("utf8");
  const take = (event: string, at: number) => {
    // Comments keep a connection alive.
    if (!event.startsWith("data: ")) return;
    const data = event.slice(6);
    if (data === "[DONE]") {
      done = true;
      return;
    }
    const { choices, error } = JSON.parse(data) as CompletionChunk;
    if (error) throw new Error(`error in the stream: ${data.slice(0, 300)}`);
    const choice = choices?.[0];
    if (choice?.finish_reason === "stop") finished = true;
    const part = choice?.delta?.content;
    if (part) for (const left of reader.read(part)) arrivals.push({ left, at });
  };
  response.on("data", (chunk: string) => {
    const at = clock();
    const events = (rest + chunk).split("\n\n");
    rest = events.pop() ?? "";
    try {
      for (const event of events) take(event, at);
    } catch (error) {
      response.destroy(error as Error);
    }
  });
  await once(response, "end");
  if (!finished || !done) throw new Error("the stream ended before the completion");
  return arrivals;
}
