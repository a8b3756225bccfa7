import type { BusUser } from "@vega/contracts";
import { EVENTS_STREAM, ANY_RESPONDER, inboxOf, LOOP_STREAM, OBSERVER } from "@vega/contracts";
import { connect } from "nats";
import { parseServers } from "./servers.ts";

/** One request for each stream, because a single stream can be locked; each by a user that may send it. */
const PROBES = [
  {
    user: OBSERVER,
    inboxPrefix: "_INBOX",
    subject: `$JS.API.DIRECT.GET.${EVENTS_STREAM.name}`,
    payload: JSON.stringify({ last_by_subj: "vega.events.none" }),
  },
  {
    user: "loop",
    inboxPrefix: inboxOf("loop", ANY_RESPONDER),
    subject: `$JS.API.STREAM.INFO.${LOOP_STREAM.name}`,
    payload: "",
  },
] as const satisfies readonly { user: BusUser; [name: string]: string }[];

/**
 * Whether JetStream replies for every stream of VEGA within the time; an error reply, such as "no message found",
 * counts as one.
 * @param urlFor the URL of the bus with a user's password
 */
export async function areStreamsResponsive(
  urlFor: (user: BusUser) => string,
  timeoutMs: number,
): Promise<boolean> {
  const results = await Promise.all(
    PROBES.map((probe) => isAnswered(probe, urlFor(probe.user), timeoutMs)),
  );
  return results.every(Boolean);
}

/** On a connection of its own: an existing connection may keep working on a bus that accepts no new one. */
async function isAnswered(
  { inboxPrefix, subject, payload }: (typeof PROBES)[number],
  url: string,
  timeout: number,
): Promise<boolean> {
  try {
    const nats = await connect({
      ...parseServers(url),
      inboxPrefix,
      reconnect: false,
      timeout,
    });
    try {
      await nats.request(subject, payload, { timeout });
      return true;
    } finally {
      // Not awaited: close() waits for the server, which may not reply.
      void nats.close();
    }
  } catch {
    return false;
  }
}
