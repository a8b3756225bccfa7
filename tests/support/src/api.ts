import type { SseClient } from "./sse.ts";
import { openSse } from "./sse.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body as JSON; undefined where there is none. */
  readonly body: any;
}

/** A client of a gateway, as an administrator unless told otherwise. */
export interface Api {
  readonly url: string;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  send(
    method: "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  /** Any request, as fetch has it. */
  raw(path: string, init?: RequestInit): Promise<Answer>;
  events(
    query?: string,
    lastEventId?: string | number,
    headers?: Record<string, string>,
  ): Promise<SseClient>;
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? undefined : JSON.parse(text),
  };
}

export function createApi(url: string, token: string): Api {
  const raw: Api["raw"] = async (path, init) => answerOf(await fetch(url + path, init));
  return {
    url,
    raw,
    get: (path, headers = {}) => raw(path, { headers }),
    send: (method, path, body, headers = {}) =>
      raw(path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    events: (query = "", lastEventId, headers) =>
      openSse(`${url}/api/events${query}`, lastEventId, headers),
  };
}
