import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:http";
import { buffer } from "node:stream/consumers";

/** A response as received, which a bare server can send again. */
export interface HttpResponse {
  readonly status: number;
  /** In their order, without those that every Node server adds itself. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** A request; a body is JSON. */
export interface HttpRequest {
  readonly method?: "GET" | "POST";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const agent = new Agent({ keepAlive: true });
const BY_NODE = new Set(["date", "connection", "keep-alive"]);

/** Sends one request. @param url `http://host:port` */
export async function exchange(url: string, sent: HttpRequest): Promise<HttpResponse> {
  const { method = "GET", path, headers = {}, body } = sent;
  const outgoing = request(url + path, { method, agent, headers: { ...headers } });
  outgoing.end(body);
  const [response] = (await once(outgoing, "response")) as [IncomingMessage];
  const raw = response.rawHeaders;
  const pairs = raw.flatMap((name, index): [string, string][] =>
    index % 2 === 0 && !BY_NODE.has(name.toLowerCase()) ? [[name, raw[index + 1] ?? ""]] : [],
  );
  return { status: response.statusCode ?? 0, headers: pairs, body: await buffer(response) };
}

export function headerOf({ headers }: HttpResponse, wanted: string): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
}

/** The body as JSON; the caller declares its type. */
export function jsonOf({ body }: HttpResponse): any {
  return JSON.parse(Buffer.from(body).toString());
}

/** The same request as bytes, for a load. */
export function wire(
  url: string,
  { method = "GET", path, headers = {}, body = "" }: HttpRequest,
): string {
  const lines = Object.entries({ host: new URL(url).host, ...headers });
  if (method === "POST") lines.push(["content-length", String(Buffer.byteLength(body))]);
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `${method} ${path} HTTP/1.1\r\n${head}\r\n${body}`;
}
