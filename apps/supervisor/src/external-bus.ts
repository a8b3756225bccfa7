import { setTimeout as sleep } from "node:timers/promises";
import type { Greeting } from "./server-info.ts";
import { greeting } from "./server-info.ts";

const NATS_DEFAULT_PORT = 4222;
const RETRY_MS = 500;

/** Where a server of a bus listens. Nothing else of its URL, which may hold a password or a token. */
export interface BusServer {
  readonly host: string;
  readonly port: number;
}

/** The servers that a NATS_URL names, separated by commas; undefined when a part of it names none. */
export function busServers(url: string): BusServer[] | undefined {
  const servers = url.split(",").map((part) => {
    const parsed = URL.parse(part.trim());
    if (!parsed?.hostname) return undefined;
    // An IPv6 address has brackets in a URL and none for the socket.
    const host = parsed.hostname.replace(/^\[|\]$/g, "");
    return { host, port: Number(parsed.port) || NATS_DEFAULT_PORT };
  });
  return servers.every((server) => server !== undefined) ? servers : undefined;
}

/** For people. */
export function addressOf({ host, port }: BusServer): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/**
 * Resolves when one of the bus's servers greets, or the signal says to wait no more. The services wait for the bus
 * by themselves; this is to say whom they wait for.
 */
export async function busAnswers(
  servers: readonly BusServer[],
  note: (text: string) => void,
  stop: AbortSignal,
): Promise<void> {
  for (let said = false; !stop.aborted; said = true) {
    const greetings = await Promise.all(servers.map(({ host, port }) => greeting(host, port)));
    if (greetings.some((found) => "line" in found)) {
      if (said) note("the message bus answers");
      return;
    }
    if (!said && !stop.aborted) {
      note(`the message bus does not answer, waiting for it: ${failures(servers, greetings)}`);
    }
    await sleep(RETRY_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}

function failures(servers: readonly BusServer[], greetings: readonly Greeting[]): string {
  const each = servers.map((server, index) => {
    const found = greetings[index];
    return `${addressOf(server)} (${found && "failure" in found ? found.failure : "no answer"})`;
  });
  return `${each.join(", ")}; NATS_URL says where it is`;
}
