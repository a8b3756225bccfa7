import type { JsonObject } from "@vega/contracts";
import type { IncomingHttpHeaders } from "node:http";
import { ModelFault } from "../models/language-model.ts";
import { faultOfAnswer } from "./faults.ts";
import type { Call } from "./http.ts";
import { readBytes, readText, send } from "./http.ts";
import { parseObject } from "./json.ts";
import type { SseEvent } from "./sse.ts";
import { createSseParser } from "./sse.ts";

const MAX_ERROR_BYTES = 256 * 1024;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** Headers of a provider that its callers may see. */
const SHOWN = /^(x-ratelimit-|anthropic-ratelimit-)|^(retry-after|x-request-id|request-id)$/;

export const shownHeaders = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === "string" && SHOWN.test(name) ? [[name, value]] : [],
    ),
  );

/** An answer that a provider began: in events, or as a whole where it does not stream. */
export type Opened = { readonly headers: Record<string, string> } & (
  | { readonly events: AsyncIterable<SseEvent[]> }
  | { readonly whole: JsonObject }
);

/** Calls a provider. Throws ModelFault for any answer that is none. */
export async function open(call: Call, now: () => number = Date.now): Promise<Opened> {
  const response = await send(call);
  const status = response.statusCode ?? 0;
  if (status !== 200) {
    // The status says enough where the rest breaks off.
    const body = await readText(response, call.signal, MAX_ERROR_BYTES).catch((error: unknown) => {
      if (error instanceof ModelFault && error.kind !== "cancelled") return "";
      throw error;
    });
    throw faultOfAnswer(status, response.headers, body, now());
  }
  const headers = shownHeaders(response.headers);
  const type = response.headers["content-type"] ?? "";
  if (type.startsWith("text/html")) {
    response.destroy();
    throw new ModelFault(
      "broken_stream",
      "the provider sent a page (text/html) in place of an answer; see its base_url",
    );
  }
  if (!type.startsWith("application/json")) {
    return { headers, events: readEvents(readBytes(response, call.signal)) };
  }
  return { headers, whole: parseObject(await readText(response, call.signal, MAX_ANSWER_BYTES)) };
}

/** Takes events out of bytes, as many at once as came at once. */
async function* readEvents(bytes: AsyncIterable<Buffer>): AsyncGenerator<SseEvent[], void> {
  const parser = createSseParser();
  for await (const part of bytes) yield strictly(() => parser.push(part));
  yield strictly(() => parser.end());
}

function strictly<Result>(parse: () => Result): Result {
  try {
    return parse();
  } catch (cause) {
    throw new ModelFault("broken_stream", "the provider sent what is no stream of events", {
      cause,
    });
  }
}
