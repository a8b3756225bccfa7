import type { CloudEvent } from "@vega/contracts";
import {
  apiKeys,
  audit,
  oneTimeTokens,
  preferences,
  sessions,
  signingKeys,
  users,
  EVENTS_STREAM,
  agentRuns,
  agents,
  alerts,
  errorGroups,
  eventLog,
  systemContext,
} from "@vega/contracts";
import type { Bus } from "@vega/messaging";
import { request } from "@vega/messaging";
import { until } from "./until.ts";

/** Every entry of the log, as state tells them. Throws where one is missing. */
export async function readWholeLog(bus: Bus): Promise<CloudEvent[]> {
  const events: CloudEvent[] = [];
  for (;;) {
    const input = { after: events.length, limit: 500 };
    const page = await request(bus, eventLog.requests.read, input, systemContext("test"));
    for (const event of page.events) {
      if (event.sequence !== events.length + 1) {
        throw new Error(`${event.sequence} follows ${events.length} in the log`);
      }
      events.push(event);
    }
    if (page.events.length === 0) return events;
  }
}

const UNTOLD: ReadonlySet<string> = new Set(
  [
    ...[users, sessions, apiKeys, oneTimeTokens, preferences, signingKeys, audit].flatMap(
      ({ events }) => Object.values(events),
    ),
    agents.events.defined,
    agentRuns.events.ended,
    agentRuns.events.renewed,
    alerts.events.raised,
    errorGroups.events.seen,
    eventLog.events.thinned,
  ].map(({ type }) => type),
);

/** Sequences of the entries that GET /api/events tells everybody, from one to another, both among them. */
export function toldSequences(
  log: readonly { readonly type: string; readonly sequence: number }[],
  [from = 0, to = 0]: readonly (number | undefined)[],
): number[] {
  return log
    .filter(({ type, sequence }) => !UNTOLD.has(type) && sequence >= from && sequence <= to)
    .map(({ sequence }) => sequence);
}

/** The log sequences that the stream of events holds, in the stream's order, once it holds this one. */
export function readStreamUpTo(bus: Bus, sequence: number): Promise<number[]> {
  return until("the relay is through", async () => {
    const consumer = await bus.nats.jetstream().consumers.get(EVENTS_STREAM.name, {});
    const { num_pending: total } = await consumer.info(true);
    const seen: number[] = [];
    const messages = await consumer.fetch({ max_messages: total, expires: 5_000 });
    for await (const message of messages) {
      seen.push(message.json<CloudEvent>().sequence);
      if (seen.length === total) break;
    }
    // Others may write meanwhile.
    return (seen.at(-1) ?? 0) >= sequence && seen.filter((one) => one <= sequence);
  });
}
