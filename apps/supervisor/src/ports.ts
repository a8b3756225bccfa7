import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { OperatorError, SettingsError } from "./operator-error.ts";

/**
 * Checks that a port is free by listening on it for a moment; 0 takes any.
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

/** The first of the wanted ports that is free on loopback, else any free one. */
export async function freePort(wanted: readonly number[]): Promise<number> {
  for (const port of wanted) {
    const free = await tryPort("127.0.0.1", port).catch(() => undefined);
    if (free !== undefined) return free;
  }
  return tryPort("127.0.0.1", 0);
}

/**
 * Checks that the gateway will be able to listen.
 * @throws OperatorError that names the reason and the variable to change
 */
export async function checkHttpPort(host: string, port: number): Promise<number> {
  try {
    return await tryPort(host, port);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === "EADDRINUSE") {
      throw new OperatorError(
        `port ${port} on ${host} is in use by another program; stop it, or set PORT to another port`,
        { cause },
      );
    }
    if (code === "EACCES") {
      throw new SettingsError(`port ${port} needs root; set PORT to one above 1023`, {
        cause,
      });
    }
    throw new SettingsError(`can't listen on HOST=${host}: ${(cause as Error).message}`, {
      cause,
    });
  }
}
