import { EVENTS_STREAM, ANY_RESPONDER, inboxOf } from "@vega/contracts";
import type { NatsConnection } from "nats";
import { connect, NatsError } from "nats";
import { parseServers } from "./connect.ts";
import { apiErrorCode, STREAM_NOT_FOUND } from "./streams.ts";

/** A bus as it shows itself to who may come in. */
export interface Probed {
  /** As "2.10.27". */
  readonly version: string;
  /** Bytes of a message at most. */
  readonly maxPayload: number;
  /** `asked`: it answers; `denied`: it is on, and not for this user; `silent`: it is on and does not answer. */
  readonly jetstream: "off" | "asked" | "denied" | "silent";
}

/**
 * Comes in once, looks and leaves; subscribes to nothing of VEGA's and publishes nothing of it.
 * @param ask whether JetStream is asked, too; a user who may not is told of in the server's log
 * @returns undefined where it is not let in within the time
 */
export async function probeBus(
  url: string,
  { timeoutMs, ask }: { readonly timeoutMs: number; readonly ask: boolean },
): Promise<Probed | undefined> {
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
    const found = !jetstream ? "off" : ask ? await askJetStream(nats, timeoutMs) : "asked";
    return { version, maxPayload: max_payload, jetstream: found };
  } finally {
    await nats.close();
  }
}

async function askJetStream(nats: NatsConnection, timeout: number): Promise<Probed["jetstream"]> {
  try {
    const manager = await nats.jetstreamManager({ timeout, checkAPI: false });
    // What state begins with; an observer may not, nor any other service.
    await manager.streams.info(EVENTS_STREAM.name);
    return "asked";
  } catch (error) {
    if (apiErrorCode(error) === STREAM_NOT_FOUND) return "asked";
    const isDenied = error instanceof NatsError && error.isPermissionError();
    return isDenied ? "denied" : "silent";
  }
}
