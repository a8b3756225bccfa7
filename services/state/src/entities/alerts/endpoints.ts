import { alerts, eventLog } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { StateContext } from "../../state-context.ts";
import { decideRaiseAlerts } from "./raise.ts";
import { compactedGaps } from "../../retention/compacted-ranges.ts";
import { firstBreak, GENESIS_HASH } from "../../log/chain.ts";
import type { LogEntry } from "../../store/store.ts";

/** Entries of one read; other reads get their turn between two pages. */
const PAGE = 200;

/** Undefined where the entry was removed. */
const hashOf = (entry: LogEntry | undefined, sequence: number) =>
  entry?.sequence === sequence ? entry.hash : undefined;

/** Alerts, and the check of the hash chain that precedes some of them. */
export function alertEndpoints({ store, writer }: StateContext): Endpoint[] {
  return [
    endpoint(alerts.requests.raise, async (input, { context, deadline }) => {
      const { alerts: raised, raised_by, quiet_seconds } = input;
      const command = decideRaiseAlerts(raised, raised_by, quiet_seconds * 1_000);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, raised: result.raised };
    }),
    endpoint(eventLog.requests.walkChain, async ({ after, limit }, { deadline }) => {
      const { sequence } = writer.head();
      // The entry before is what the first one follows from.
      const [before] = after === 0 ? [] : await store.readLog({ after: after - 1, limit: 1 });
      let at = { sequence: after, hash: after === 0 ? GENESIS_HASH : hashOf(before, after) };
      for (let left = limit; left > 0 && Date.now() < deadline - 5_000;) {
        const entries = await store.readLog({
          after: at.sequence,
          limit: Math.min(PAGE, left),
        });
        const { hash } = at;
        const previous = hash === undefined ? undefined : { sequence: at.sequence, hash };
        const broken = firstBreak(entries, previous, await compactedGaps(store, at.sequence));
        if (broken) return { sequence, walked_to: broken.sequence, broken };
        const last = entries.at(-1);
        if (!last) break;
        at = { sequence: last.sequence, hash: last.hash };
        left -= entries.length;
      }
      return { sequence, walked_to: at.sequence, broken: null };
    }),
  ];
}
