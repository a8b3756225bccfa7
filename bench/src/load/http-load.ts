import type { Spread } from "../statistics.ts";
import { spreadOf } from "../statistics.ts";
import { runClosedLoops } from "./closed-loop.ts";
import type { HttpConnection } from "./http-connection.ts";
import { openConnection } from "./http-connection.ts";

/** Timeout of one response. */
const RESPONSE_TIMEOUT_MS = 15_000;

export interface HttpLoad {
  /** `http://host:port`; connections are spread over several, one after the other. */
  readonly url: string | readonly string[];
  readonly connections: number;
  readonly seconds: number;
  /** A connection's next request, as it goes over the wire. */
  readonly next: (connection: number) => string | Buffer;
  readonly onResponse?: (connection: number, status: number) => void;
}

/** Result of a load. Times in milliseconds. */
export interface LoadRound extends Spread {
  readonly perSecond: number;
  readonly answers: number;
  /** Responses that were not 2xx. */
  readonly failed: number;
  /** Utilization of the generator's thread, 0..1: near 1 the generator is the bottleneck. */
  readonly generator: number;
}

/** Puts a server under load. Throws Error when a connection breaks or a response takes longer than 15 s. */
export async function runHttpLoad(load: HttpLoad): Promise<LoadRound> {
  const { connections: clients, seconds } = load;
  const urls = [load.url].flat();
  const connections: HttpConnection[] = await Promise.all(
    Array.from({ length: clients }, (_, connection) =>
      openConnection(new URL(urls[connection % urls.length] ?? "")),
    ),
  );
  const times: number[] = [];
  let failed = 0;
  const once = async (client: number) => {
    const bytes = load.next(client);
    const sent = performance.now();
    const status = (await connections[client]?.send(bytes)) ?? Number.NaN;
    times.push(performance.now() - sent);
    if (!(status >= 200 && status <= 299)) failed += 1;
    load.onResponse?.(client, status);
  };
  const closeAll = (reason?: Error) => {
    for (const connection of connections) connection.close(reason);
  };
  const timeout = setTimeout(
    () => closeAll(new Error(`no response within ${RESPONSE_TIMEOUT_MS} ms`)),
    seconds * 1_000 + RESPONSE_TIMEOUT_MS,
  );
  try {
    const loops = await runClosedLoops({ clients, seconds, once });
    return {
      perSecond: times.length / loops.seconds,
      answers: times.length,
      failed,
      generator: loops.utilization,
      ...spreadOf(times),
    };
  } finally {
    clearTimeout(timeout);
    closeAll();
  }
}
