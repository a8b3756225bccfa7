import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { OperatorError } from "./operator-error.ts";

/**
 * Listens on a port for a moment to see whether it is free; 0 takes any.
 * @returns the port
 * @throws the error of listen: EADDRINUSE, EACCES, EADDRNOTAVAIL, ENOTFOUND.
 */
export function tryPort(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ host, port, exclusive: true }, () => {
      const taken = (server.address() as AddressInfo).port;
      server.close(() => resolve(taken));
    });
  });
}

/** The first of the wanted ports that is free on loopback, else any that is. */
export async function freePort(wanted: readonly number[]): Promise<number> {
  for (const port of wanted) {
    const free = await tryPort("127.0.0.1", port).catch(() => undefined);
    if (free !== undefined) return free;
  }
  return tryPort("127.0.0.1", 0);
}

/**
 * Makes sure that the gateway will be able to listen.
 * @throws OperatorError that says what is in the way and which variable to change.
 */
export async function httpPort(host: string, port: number): Promise<number> {
  try {
    return await tryPort(host, port);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === "EADDRINUSE") {
      throw new OperatorError(
        `port ${port} on ${host} is taken by another program; end it, or set PORT to another one`,
        { cause },
      );
    }
    if (code === "EACCES") {
      throw new OperatorError(`port ${port} needs more rights; set PORT to one above 1023`, {
        cause,
      });
    }
    throw new OperatorError(`HOST=${host} can't be listened on: ${(cause as Error).message}`, {
      cause,
    });
  }
}
