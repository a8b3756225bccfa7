import { once } from "node:events";
import type { Agent, IncomingMessage } from "node:http";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { clock } from "../sse-messages.ts";
import type { TextReader } from "./answer-text.ts";
import { textReader } from "./answer-text.ts";
import type { Completion, CompletionChunk } from "./chat.ts";
import { chatBody } from "./chat.ts";
import type { ClientCommand } from "./client-messages.ts";

/** Milliseconds, see ClientReport. */
export interface Timing {
  readonly total: number;
  readonly first: number;
  readonly way: number;
  readonly transits: readonly number[];
  readonly longestGap: number;
}

/** How long an answer may make no progress. */
const PATIENCE_MS = 15_000;

/** Asks once and times the answer. Throws Error when the answer is not the right one, whole. */
export async function ask(command: ClientCommand, agent: Agent, nonce: string): Promise<Timing> {
  const { url, headers, model, stream, chunks } = command;
  const body = JSON.stringify(chatBody(model, stream, nonce));
  const sent = clock();
  const outgoing = request(`${url}/v1/chat/completions`, {
    method: "POST",
    agent,
    timeout: PATIENCE_MS,
    headers: {
      ...headers,
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    },
  });
  outgoing.on("timeout", () => outgoing.destroy(new Error(`nothing came for ${PATIENCE_MS} ms`)));
  // Once there is an answer, reading it tells.
  outgoing.on("error", () => undefined);
  outgoing.end(body);
  const [response] = (await once(outgoing, "response")) as [IncomingMessage];
  if (response.statusCode !== 200) {
    throw new Error(
      `answered with ${response.statusCode}: ${(await text(response)).slice(0, 300)}`,
    );
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

/** Of a piece: when it left the upstream and when it was there. */
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
    if (error) throw new Error(`the stream tells of an error: ${data.slice(0, 300)}`);
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
  if (!finished || !done) throw new Error("the stream ended before the answer did");
  return arrivals;
}
