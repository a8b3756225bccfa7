import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ConfigError } from "./env.ts";
import { METRICS_TYPE } from "./metrics.ts";

/** Health of a service, for the supervisor of its process or container. */
export interface HealthCheckResult {
  readonly ready: boolean;
  /** Name of the check → `ok` or the problem. */
  readonly checks: Readonly<Record<string, string>>;
}

export interface HealthServer {
  readonly port: number;
  close(): void;
}

/**
 * Serves `/livez` (200 while the process lives), `/readyz` (200 or 503 with the health as JSON) and `/metrics`
 * (Prometheus; 503 before the service has started) over HTTP.
 * @param listen `host:port`; port 0 takes a free one
 * @throws ConfigError for an invalid address
 */
export async function serveHealth(
  listen: string,
  health: () => Promise<HealthCheckResult>,
  metrics: () => Promise<string | undefined> = () => Promise.resolve(undefined),
): Promise<HealthServer> {
  const url = URL.parse(`http://${listen}`);
  if (!url?.hostname || url.port === "" || url.host !== listen) {
    throw new ConfigError("HEALTH_LISTEN: must be an address and a port, such as 127.0.0.1:8081");
  }
  const server = createServer((request, response) => {
    const respond = (status: number, body: object) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    if (request.url === "/livez") return respond(200, { alive: true });
    if (request.url === "/metrics") {
      metrics().then(
        (text) => {
          if (text === undefined) return respond(503, { error: "metrics are not available yet" });
          response.writeHead(200, { "content-type": METRICS_TYPE });
          response.end(text);
        },
        () => respond(500, { error: "metrics failed" }),
      );
      return;
    }
    if (request.url !== "/readyz") return respond(404, { error: "not found" });
    health().then(
      (found) => respond(found.ready ? 200 : 503, found),
      () => respond(503, { ready: false, checks: { health: "check failed" } }),
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
