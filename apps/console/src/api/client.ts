import { signal } from "@preact/signals";

/** What is wrong with one member of a request. */
interface Detail {
  /** JSON pointer. */
  readonly path: string;
  readonly message: string;
}

/** An error of the API as it sends them (RFC 9457), or a failed connection (`code` "offline"). */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** Of the response; 0 without one. */
  readonly status: number;
  readonly code: string;
  readonly details: readonly Detail[];

  constructor(status: number, code: string, message: string, details: readonly Detail[] = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export interface Reply<Body> {
  readonly body: Body;
  /** The position of the log that the response reflects. */
  readonly sequence: number;
  readonly headers: Headers;
}

/** The highest sequence that a response or an event has named. */
export const head = signal(0);
export const noteSequence = (sequence: number): void => {
  if (sequence > head.peek()) head.value = sequence;
};

/** Milliseconds that this clock is ahead of the server's. */
let skew = 0;
export const noteServerTime = (time: string): void => {
  const parsed = Date.parse(time);
  if (!Number.isNaN(parsed)) skew = Date.now() - parsed;
};
/** The server's clock, milliseconds since the epoch. */
export const serverNow = (): number => Date.now() - skew;

interface Problem {
  readonly code?: string;
  readonly detail?: string;
  readonly errors?: readonly Detail[];
  readonly error?: { readonly message?: string; readonly code?: string };
}

async function errorOf(response: Response): Promise<ApiError> {
  const problem = (await response.json().catch(() => ({}))) as Problem;
  const code = problem.code ?? problem.error?.code ?? `http_${response.status}`;
  const message = problem.detail ?? problem.error?.message ?? response.statusText;
  return new ApiError(response.status, code, message, problem.errors ?? []);
}

/** Called for a response 401; resolves to true where the request is worth a second attempt. */
let renew: () => Promise<boolean> = () => Promise.resolve(false);
export const onUnauthorized = (handler: () => Promise<boolean>): void => {
  renew = handler;
};

export async function open(path: string, init: RequestInit = {}): Promise<Response> {
  const send = async () => {
    try {
      return await fetch(path, init);
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new ApiError(0, "offline", "VEGA does not answer");
    }
  };
  let response = await send();
  if (response.status === 401 && (await renew())) response = await send();
  if (!response.ok) throw await errorOf(response);
  return response;
}

async function request<Body>(path: string, init: RequestInit): Promise<Reply<Body>> {
  const response = await open(path, init);
  const sequence = Number(response.headers.get("vega-sequence") ?? 0);
  const text = await response.text();
  return {
    body: (text === "" ? undefined : JSON.parse(text)) as Body,
    sequence,
    headers: response.headers,
  };
}

export const get = <Body>(path: string, abort?: AbortSignal): Promise<Reply<Body>> =>
  request<Body>(path, {
    headers: { accept: "application/json" },
    ...(abort && { signal: abort }),
  });

/** Sends a change. Throws ApiError. */
export async function write<Body>(
  method: "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: unknown,
): Promise<Reply<Body>> {
  const reply = await request<Body>(path, {
    method,
    headers: {
      accept: "application/json",
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  noteSequence(reply.sequence);
  return reply;
}

/** A path with a query; undefined and null members are left out. */
export function withQuery(
  path: string,
  query: Readonly<Record<string, string | number | boolean | null | undefined>>,
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  return search.size > 0 ? `${path}?${search}` : path;
}
