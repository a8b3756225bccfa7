import autocannon from "autocannon";
import type { Round } from "./figures.ts";

export interface Load {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  readonly headers?: Record<string, string>;
  /** The body to POST next on a connection; without it the load is a GET. */
  readonly body?: (connection: number, count: number) => string;
  /** Called with a body once it was answered with 200. */
  readonly onAcknowledged?: (body: string) => void;
}

/** Puts a server under load for a while, each connection sending its next request when the last is answered. */
export async function underLoad(load: Load): Promise<Round> {
  const { body, onAcknowledged } = load;
  let connections = 0;
  const result = await autocannon({
    url: load.url,
    connections: load.connections,
    duration: load.seconds,
    headers: load.headers ?? {},
    method: body ? "POST" : "GET",
    setupClient(client) {
      if (!body) return;
      const connection = connections++;
      let count = 0;
      let sent = body(connection, count);
      client.setBody(sent);
      client.on("response", (statusCode: number) => {
        if (statusCode === 200) onAcknowledged?.(sent);
        count += 1;
        sent = body(connection, count);
        client.setBody(sent);
      });
    },
  });
  return {
    perSecond: result.requests.average,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed: result.non2xx + result.errors,
  };
}
