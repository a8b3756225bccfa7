import { EVENTS_STREAM, ANY_RESPONDER, inboxOf } from "@vega/contracts";
import type { NatsConnection } from "nats";
import { connect, NatsError } from "nats";
import { parseServers } from "./servers.ts";
import { apiErrorCode, STREAM_NOT_FOUND } from "./streams.ts";

/** Properties of a bus that accepts a connection. */
export interface BusProbe {
  /** Like "2.10.27". */
  readonly version: string;
  /** Largest message, bytes. */
  readonly maxPayload: number;
  /** `asked`: it replies; `denied`: enabled, but not for this user; `silent`: enabled, without a reply. */
  readonly jetstream: "off" | "asked" | "denied" | "silent";
}

/**
 * Connects once, inspects the server and disconnects; subscribes and publishes nothing.
 * @param ask whether to send JetStream a request; the server logs one without permission
 * @returns undefined where no connection was accepted within the timeout
 */
export async function probeBus(
  url: string,
  { timeoutMs, ask }: { readonly timeoutMs: number; readonly ask: boolean },
): Promise<BusProbe | undefined> {
  const nats = await connect({
    ...parseServers(url),
    name: "doctor",
    inboxPrefix: inboxOf("state", ANY_RESPONDER),
    timeout: timeoutMs,
    reconnect: false,
  }).catch(() => undefined);
  if (!nats) return undefined;
  try {
    const { version = "", max_payload = 0, jetstream = false } = nats.info ?? {};
    const found = !jetstream ? "off" : ask ? await probeJetStream(nats, timeoutMs) : "asked";
    return { version, maxPayload: max_payload, jetstream: found };
  } finally {
    await nats.close();
  }
}

async function probeJetStream(
  nats: NatsConnection,
  timeout: number,
): Promise<BusProbe["jetstream"]> {
  try {
    const manager = await nats.jetstreamManager({ timeout, checkAPI: false });
    // Only state may send this request.
    await manager.streams.info(EVENTS_STREAM.name);
    return "asked";
  } catch (error) {
    if (apiErrorCode(error) === STREAM_NOT_FOUND) return "asked";
    const isDenied = error instanceof NatsError && error.isPermissionError();
    return isDenied ? "denied" : "silent";
  }
}
