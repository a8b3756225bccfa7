import type { CloudEvent } from "@vega/contracts";
import { EVENTS_STREAM, eventContract, eventLog, systemContext } from "@vega/contracts";
import type { Bus } from "@vega/messaging";
import { request } from "@vega/messaging";
import { until } from "./until.ts";

/** Every entry of the log, as state returns them. @throws Error where a sequence is missing */
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

/** Whether GET /api/events sends an event to clients without an account. */
function isPublic({ type, data }: { readonly type: string; readonly data: unknown }): boolean {
  const audience = eventContract(type)?.streamed?.audience;
  if (audience === undefined || data === null) return false;
  if (audience.to !== "account") return audience.to === "everyone";
  return audience.otherwise(data) === "everyone" && audience.accountOf(data) === null;
}

/** Sequences of the entries that GET /api/events sends to clients without an account, within a range that includes its ends. */
export function publicSequences(
  log: readonly { readonly type: string; readonly sequence: number; readonly data: unknown }[],
  [from = 0, to = 0]: readonly (number | undefined)[],
): number[] {
  return log
    .filter((entry) => entry.sequence >= from && entry.sequence <= to && isPublic(entry))
    .map(({ sequence }) => sequence);
}

/** Log sequences in the stream of events, in the order of the stream, once it holds the given one. */
export function readStreamUpTo(bus: Bus, sequence: number): Promise<number[]> {
  return until("the relay has published the entry", async () => {
    const consumer = await bus.nats.jetstream().consumers.get(EVENTS_STREAM.name, {});
    const { num_pending: total } = await consumer.info(true);
    const seen: number[] = [];
    const messages = await consumer.fetch({ max_messages: total, expires: 5_000 });
    for await (const message of messages) {
      seen.push(message.json<CloudEvent>().sequence);
      if (seen.length === total) break;
    }
    // The loop may append entries meanwhile.
    return (seen.at(-1) ?? 0) >= sequence && seen.filter((one) => one <= sequence);
  });
}
