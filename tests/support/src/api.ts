import type { SseClient } from "./sse.ts";
import { openSse } from "./sse.ts";

export interface ApiResponse {
  readonly status: number;
  readonly headers: Headers;
  /** The body as JSON; undefined if empty. */
  readonly body: any;
}

/** A client of a gateway. `send` uses the admin token. */
export interface Api {
  readonly url: string;
  get(path: string, headers?: Record<string, string>): Promise<ApiResponse>;
  send(
    method: "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<ApiResponse>;
  /** Any request, as with fetch. */
  raw(path: string, init?: RequestInit): Promise<ApiResponse>;
  events(
    query?: string,
    lastEventId?: string | number,
    headers?: Record<string, string>,
  ): Promise<SseClient>;
}

async function toApiResponse(response: Response): Promise<ApiResponse> {
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? undefined : JSON.parse(text),
  };
}

export function createApi(url: string, token: string): Api {
  const raw: Api["raw"] = async (path, init) => toApiResponse(await fetch(url + path, init));
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
