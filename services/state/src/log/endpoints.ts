import { eventLog } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { StateContext } from "../state-context.ts";
import { toCloudEvent } from "../outbox/relay.ts";

/** The bytes of a page at most: a message on the bus has its limit. */
const MAX_PAGE_BYTES = 512 * 1024;

export function logEndpoints({ store, logId }: StateContext): Endpoint[] {
  return [
    endpoint(eventLog.requests.read, async ({ after, limit }) => {
      const head = await store.head();
      const events = [];
      let bytes = 0;
      let before: number | undefined;
      for (const entry of await store.readLog({ after, limit })) {
        // What follows a gap is a page of its own, which shows by its first sequence.
        if (before !== undefined && entry.sequence !== before + 1) break;
        before = entry.sequence;
        const event = toCloudEvent(entry, logId);
        bytes += JSON.stringify(event).length;
        // One event is always given, so that a reader gets on.
        if (events.length > 0 && bytes > MAX_PAGE_BYTES) break;
        events.push(event);
      }
      return { sequence: head?.sequence ?? 0, log_id: logId, events };
    }),
  ];
}
