import { isDeepStrictEqual } from "node:util";
import type { HttpRequest, HttpResponse } from "../../src/load/http-exchange.ts";
import { exchange } from "../../src/load/http-exchange.ts";
import { startChild } from "../../src/process/child.ts";

export interface BareServer {
  /** `http://host:port` */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts a bare server that repeats a response of the platform.
 * Throws Error when its response differs from the platform's.
 */
export async function startBare(request: HttpRequest, response: HttpResponse): Promise<BareServer> {
  const child = startChild(new URL("./bare-server.ts", import.meta.url));
  const { status, body } = response;
  const headers = response.headers.map((pair) => [...pair]);
  const { port } = await child.request<{ port: number }>({ status, headers, body }, "port");
  const url = `http://127.0.0.1:${port}`;
  if (!isDeepStrictEqual(await exchange(url, request), response)) {
    await child.close();
    throw new Error("the bare server does not send the same bytes");
  }
  return { url, close: child.close };
}
