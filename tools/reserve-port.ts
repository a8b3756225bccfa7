import { once } from "node:events";
import { createServer } from "node:net";
import { tryPort } from "@vega/supervisor/ports";

/**
 * Below 32768: Linux assigns ports from there up to outgoing connections and to listeners on port 0
 * (net.ipv4.ip_local_port_range, ip(7)), so a free one may be taken a moment later.
 */
const RANGE = { first: 15_000, count: 17_000 };

/**
 * A port on loopback that no other caller gets while this process lives, also between two starts of a server. For
 * servers in tests. Linux only.
 * @throws Error when all are reserved
 */
export async function reservePort({ first, count } = RANGE): Promise<number> {
  const start = Math.floor(Math.random() * count);
  for (let tried = 0; tried < count; tried++) {
    const port = first + ((start + tried) % count);
    if ((await claim(port)) && (await isFree(port))) return port;
  }
  throw new Error(`no port from ${first} to ${first + count - 1} is free`);
}

const isFree = (port: number) =>
  tryPort("127.0.0.1", port).then(
    () => true,
    () => false,
  );

/** Binds an abstract socket (unix(7)): the kernel allows one process a name, and releases it at the end of the process. */
async function claim(port: number): Promise<boolean> {
  const server = createServer().unref();
  server.listen(`\0vega-port-${port}`);
  return once(server, "listening").then(
    () => true,
    () => false,
  );
}
