import { setTimeout as delay } from "node:timers/promises";
import { buildApp } from "./app.ts";
import type { Dependencies } from "./dependencies.ts";

/** How long requests under way may take to finish once the gateway stops. */
const DRAIN_MS = 3_000;

/** Connections that wait to be accepted: thousands may come at once, and Node's default is 511. */
const BACKLOG = 4_096;

export interface Server {
  /** Takes no more connections, ends the streams, lets requests under way finish. */
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
