import type { Alert, JsonObject, RequestContext } from "@vega/contracts";
import { alerts as alertsContract, audit, errorGroups, eventLog } from "@vega/contracts";
import type { Bus } from "@vega/messaging";
import { request } from "@vega/messaging";
import { z } from "zod";
import type { Worker } from "./job.ts";
import type { Incident } from "./anomaly-detection.ts";
import {
  brokenChain,
  errorSpike,
  failedLogins,
  toIncident,
  WINDOW_MS,
  worstBurst,
} from "./anomaly-detection.ts";

/** How far the run before has looked, and how far the walk over the whole log has come. */
const cursorSchema = z.object({
  sequence: z.int().min(0),
  at: z.int(),
  walked_to: z.int().min(0),
});

/** Pages of entries that one run looks through at most, of each kind. */
const PAGES = 4;
const PAGE = 500;
/** Entries of the chain that one run walks: of those that are new, and of all, over and over. */
const WALKED_ENTRIES = 2_000;
/** The same trouble is told again after that. */
const QUIET_SECONDS = { warning: 3_600, critical: 86_400 } as const;

/** `miracore`: reads what the log got since it looked last for trouble, and raises alerts. Asks no model. */
export const miracore: Worker = {
  async work({ bus, context, cursor, now, run }) {
    const at = now();
    const before = cursorSchema.safeParse(cursor).data;
    const since = before?.sequence ?? 0;
    // A burst may have begun before the last look.
    const from = new Date((before?.at ?? at - 6 * WINDOW_MS) - WINDOW_MS).toISOString();
    const [logins, errors] = await Promise.all([
      incidents(bus, context, audit.events.loginFailed.type, from),
      incidents(bus, context, errorGroups.events.seen.type, from),
    ]);
    const newest = await walk(
      bus,
      context,
      before ? since : Math.max(0, logins.head - WALKED_ENTRIES),
    );
    const whole = await walk(bus, context, before?.walked_to ?? 0);
    const alerts: Alert[] = [
      ...failedLogins(worstBurst(logins.found, since)),
      ...errorSpike(worstBurst(errors.found, since)),
      ...brokenChain(newest.broken),
      ...brokenChain(whole.broken),
    ];
    const count = (found: readonly Incident[]) =>
      found
        .filter(({ sequence }) => sequence > since)
        .reduce((sum, incident) => sum + incident.count, 0);
    const data = {
      since,
      to: logins.head,
      failed_logins: count(logins.found),
      errors: count(errors.found),
      chain_walked_to: whole.walked_to,
      alerts: alerts.map(({ key }) => key),
    };
    return {
      text: alerts.length === 0 ? NO_ANOMALY : alerts.map(({ message }) => message).join("\n"),
      written_by: "evidence",
      data,
      cursor: {
        // What could not be walked yet is walked next time, by the walk over all.
        sequence: logins.head,
        at,
        // At the end it begins anew: what was sound once may be changed later.
        walked_to: whole.walked_to >= logins.head ? 0 : whole.walked_to,
      },
      sync: () => raise(bus, context, run.agent, alerts),
    };
  },
};

const NO_ANOMALY = "No trouble in what the log got since the last look.";

async function incidents(bus: Bus, context: RequestContext, action: string, from: string) {
  const found: Incident[] = [];
  let head = 0;
  let before: number | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const filter = { action, from, limit: PAGE, ...(before !== undefined && { before }) };
    const { sequence, entries, next_before } = await request(
      bus,
      audit.requests.query,
      filter,
      context,
    );
    head ||= sequence;
    found.push(...entries.map(toIncident));
    if (next_before === null) break;
    before = next_before;
  }
  return { head, found };
}

const walk = (bus: Bus, context: RequestContext, after: number) =>
  request(bus, eventLog.requests.walkChain, { after, limit: WALKED_ENTRIES }, context);

async function raise(
  bus: Bus,
  context: RequestContext,
  raised_by: string,
  alerts: readonly Alert[],
): Promise<JsonObject> {
  let raised = 0;
  for (const severity of ["warning", "critical"] as const) {
    const told = alerts.filter((alert) => alert.severity === severity);
    if (told.length === 0) continue;
    const quiet_seconds = QUIET_SECONDS[severity];
    const reply = await request(
      bus,
      alertsContract.requests.raise,
      { alerts: told, raised_by, quiet_seconds },
      context,
    );
    raised += reply.raised;
  }
  return { raised };
}
