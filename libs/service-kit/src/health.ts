import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ConfigError } from "./env.ts";
import { METRICS_TYPE } from "./metrics.ts";

/** How a service is, for whatever starts and watches its container. */
export interface Condition {
  readonly ready: boolean;
  /** Name of the check → `ok` or what is wrong. */
  readonly checks: Readonly<Record<string, string>>;
}

export interface HealthServer {
  readonly port: number;
  close(): void;
}

/**
 * Answers `/livez` (200 while the process lives), `/readyz` (200 or 503 with the condition as JSON) and `/metrics`
 * (Prometheus; 503 before there are any) over HTTP.
 * @param listen `host:port`; port 0 takes any
 * @throws ConfigError where that is no such address
 */
export async function serveHealth(
  listen: string,
  condition: () => Promise<Condition>,
  metrics: () => Promise<string | undefined> = () => Promise.resolve(undefined),
): Promise<HealthServer> {
  const url = URL.parse(`http://${listen}`);
  if (!url?.hostname || url.port === "" || url.host !== listen) {
    throw new ConfigError("HEALTH_LISTEN: must be an address and a port, such as 127.0.0.1:8081");
  }
  const server = createServer((request, response) => {
    const answer = (status: number, body: object) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    if (request.url === "/livez") return answer(200, { alive: true });
    if (request.url === "/metrics") {
      metrics().then(
        (text) => {
          if (text === undefined) return answer(503, { error: "there are no metrics yet" });
          response.writeHead(200, { "content-type": METRICS_TYPE });
          response.end(text);
        },
        () => answer(500, { error: "the metrics could not be read" }),
      );
      return;
    }
    if (request.url !== "/readyz") return answer(404, { error: "not found" });
    condition().then(
      (found) => answer(found.ready ? 200 : 503, found),
      () => answer(503, { ready: false, checks: { health: "can't be told" } }),
    );
  });
  server.listen(Number(url.port), url.hostname.replaceAll(/^\[|\]$/g, ""));
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
