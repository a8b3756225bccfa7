import { isDeepStrictEqual } from "node:util";
import { startChild } from "./child.ts";
import type { Answer, Ask } from "./exchange.ts";
import { exchange } from "./exchange.ts";

export interface BareServer {
  /** `http://host:port` */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts a bare server that gives an answer of the platform.
 * Throws Error when what it sends is not what the platform sent.
 */
export async function startBare(ask: Ask, answer: Answer): Promise<BareServer> {
  const child = startChild(new URL("./bare-server.ts", import.meta.url));
  const { status, body } = answer;
  const headers = answer.headers.map((pair) => [...pair]);
  const { port } = await child.ask<{ port: number }>({ status, headers, body }, "port");
  const url = `http://127.0.0.1:${port}`;
  const sent = await exchange(url, ask);
  if (!isDeepStrictEqual(sent, answer)) {
    await child.close();
    throw new Error("the bare server does not send the same bytes");
  }
  return { url, close: child.close };
}
