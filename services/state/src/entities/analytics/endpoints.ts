import { MAX_TRAFFIC_DAYS, VegaError, analytics, timeAfter } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { StateContext } from "../../state-context.ts";
import { countedFor, decideCountTraffic, trafficDayRef } from "./count.ts";
import { reportTraffic } from "./periods.ts";

const DAY_MS = 86_400_000;
/** Sources that are removed with one report. */
const MAX_EXPIRED = 20;

const dayAfter = (day: string, days: number): string =>
  timeAfter(`${day}T00:00:00.000Z`, days * DAY_MS).slice(0, day.length);

/** Page views, API calls and visitors by day. */
export function analyticsEndpoints({ store, writer, now }: StateContext): Endpoint[] {
  return [
    endpoint(analytics.requests.count, async (input, { context, deadline }) => {
      const expired = await store.query("traffic_sources", {
        expiresUntil: now(),
        limit: MAX_EXPIRED,
      });
      const command = decideCountTraffic(
        { ...input, day: countedFor(input.day, now()) },
        expired.map(({ id }) => id).filter((id) => id !== input.source),
      );
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, is_new: result };
    }),

    endpoint(analytics.requests.read, async ({ from, to, by }) => {
      const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
      if (days < 1 || days > MAX_TRAFFIC_DAYS) {
        const message = `from ${from} to ${to} are ${days} days; ask for 1 to ${MAX_TRAFFIC_DAYS}, the first one first`;
        throw new VegaError("invalid", message, [{ path: "/from", message }]);
      }
      const { sequence } = writer.head();
      const found = await store.query("traffic_days", {
        after: trafficDayRef(dayAfter(from, -1)).id,
        before: trafficDayRef(dayAfter(to, 1)).id,
      });
      const bodies = found.map(({ body }) => body);
      return { sequence, report: reportTraffic(bodies, by) };
    }),
  ];
}
