import { setTimeout as sleep } from "node:timers/promises";
import type { ServerInfo } from "./server-info.ts";
import { readServerInfo } from "./server-info.ts";

const NATS_DEFAULT_PORT = 4222;
const RETRY_MS = 500;

/** Address of a bus server, without the credentials of its URL. */
export interface BusServer {
  readonly host: string;
  readonly port: number;
}

/** The servers of a NATS_URL, separated by commas; undefined when a part is not a URL with a host. */
export function busServers(url: string): BusServer[] | undefined {
  const servers = url.split(",").map((part) => {
    const parsed = URL.parse(part.trim());
    if (!parsed?.hostname) return undefined;
    // An IPv6 address has brackets in a URL, and none for the socket.
    const host = parsed.hostname.replace(/^\[|\]$/g, "");
    return { host, port: Number(parsed.port) || NATS_DEFAULT_PORT };
  });
  return servers.every((server) => server !== undefined) ? servers : undefined;
}

/** `host:port` for messages. */
export function addressOf({ host, port }: BusServer): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/**
 * Resolves when one of the servers sends its INFO, or the signal aborts. The services wait by themselves; this only
 * reports what they wait for.
 */
export async function waitForBus(
  servers: readonly BusServer[],
  note: (text: string) => void,
  stop: AbortSignal,
): Promise<void> {
  for (let isReported = false; !stop.aborted; isReported = true) {
    const infos = await Promise.all(servers.map(({ host, port }) => readServerInfo(host, port)));
    if (infos.some((found) => "line" in found)) {
      if (isReported) note("the message bus is reachable");
      return;
    }
    if (!isReported && !stop.aborted) {
      note(`waiting for the message bus: ${failures(servers, infos)}`);
    }
    await sleep(RETRY_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}

function failures(servers: readonly BusServer[], infos: readonly ServerInfo[]): string {
  const each = servers.map((server, index) => {
    const found = infos[index];
    return `${addressOf(server)} (${found && "failure" in found ? found.failure : "timeout"})`;
  });
  return `${each.join(", ")}; NATS_URL names its address`;
}
