import { once } from "node:events";
import { createServer } from "node:net";
import { tryPort } from "@vega/supervisor/ports";

/**
 * Ports that Linux gives nobody by itself: outgoing connections and those who ask for any get theirs from 32768 up
 * (net.ipv4.ip_local_port_range, ip(7)). A port from there that was found free may be another's a moment later.
 */
const RANGE = { first: 15_000, count: 17_000 };

/**
 * A port on loopback that no other caller gets while this process lives, also between the end of a server and its
 * restart: for test servers that are told their port. Linux only.
 * @throws Error where none is left.
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

/** By a name that the kernel gives to one process at a time and takes back at its end (abstract sockets, unix(7)). */
async function claim(port: number): Promise<boolean> {
  const server = createServer().unref();
  server.listen(`\0vega-port-${port}`);
  return once(server, "listening").then(
    () => true,
    () => false,
  );
}
