import { setTimeout as delay } from "node:timers/promises";
import { buildApp } from "./app.ts";
import type { Dependencies } from "./dependencies.ts";

/** Time that running requests have to finish after a stop. */
const DRAIN_MS = 3_000;

/** Accept queue of the socket. Thousands of clients may reconnect at once, and Node's default is 511. */
const BACKLOG = 4_096;

export interface Server {
  /** Accepts no more connections, ends event streams, waits for running requests. */
  stop(): Promise<void>;
}

export async function startServer(dependencies: Dependencies): Promise<Server> {
  const app = await buildApp(dependencies);
  const { host, port } = dependencies.config.http;
  await app.listen({ host, port, backlog: BACKLOG });
  return {
    async stop() {
      const closed = app.close();
      dependencies.hub.close();
      await Promise.race([closed, delay(DRAIN_MS, undefined, { ref: false })]);
      app.server.closeAllConnections();
      await closed;
    },
  };
}
