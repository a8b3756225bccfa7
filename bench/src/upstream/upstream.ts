import type { Child } from "../process/child.ts";
import { startChild } from "../process/child.ts";

/** The stand-in provider. */
export interface Upstream extends Pick<Child, "pid" | "failed" | "close"> {
  /** `http://host:port`, without the version */
  readonly url: string;
}

/** @param waitMs latency until the first byte of a completion */
export async function startUpstream(waitMs: number): Promise<Upstream> {
  const child = startChild(new URL("./upstream-server.ts", import.meta.url));
  const { port } = await child.request<{ port: number }>({ waitMs }, "port");
  return { ...child, url: `http://127.0.0.1:${port}` };
}
