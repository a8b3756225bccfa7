import type { Child } from "../child.ts";
import { startChild } from "../child.ts";

export interface Upstream extends Pick<Child, "pid" | "failed" | "close"> {
  /** `http://host:port`, without the version */
  readonly url: string;
}

/** @param waitMs how long it takes to begin an answer */
export async function startUpstream(waitMs: number): Promise<Upstream> {
  const child = startChild(new URL("./upstream-server.ts", import.meta.url));
  const { port } = await child.ask<{ port: number }>({ waitMs }, "port");
  return { ...child, url: `http://127.0.0.1:${port}` };
}
