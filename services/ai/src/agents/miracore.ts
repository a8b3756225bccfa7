import type { Alert, JsonObject, RequestContext } from "@vega/contracts";
import { alerts, audit, errorGroups, eventLog } from "@vega/contracts";
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

/** Position of the previous run, and of the verification of the whole log. */
const cursorSchema = z.object({
  sequence: z.int().min(0),
  at: z.int(),
  walked_to: z.int().min(0),
});

/** Maximum pages of entries per run and kind. */
const PAGES = 4;
const PAGE = 500;
/** Entries of the hash chain verified per run: of the new ones, and of the whole log in turn. */
const WALKED_ENTRIES = 2_000;
/** An alert with the same key is raised again after this time. */
const QUIET_SECONDS = { warning: 3_600, critical: 86_400 } as const;

/** `miracore`: anomaly detection on the log entries since the previous run; raises alerts. Calls no model. */
export const miracore: Worker = {
  async work({ bus, context, cursor, now, run }) {
    const at = now();
    const before = cursorSchema.safeParse(cursor).data;
    const since = before?.sequence ?? 0;
    // A burst may have started before the previous run.
    const from = new Date((before?.at ?? at - 6 * WINDOW_MS) - WINDOW_MS).toISOString();
    const [logins, errors] = await Promise.all([
      incidentsOf(bus, context, audit.events.loginFailed.type, from),
      incidentsOf(bus, context, errorGroups.events.seen.type, from),
    ]);
    const newest = await walk(
      bus,
      context,
      before ? since : Math.max(0, logins.head - WALKED_ENTRIES),
    );
    const whole = await walk(bus, context, before?.walked_to ?? 0);
    const found: Alert[] = [
      ...failedLogins(worstBurst(logins.found, since)),
      ...errorSpike(worstBurst(errors.found, since)),
      ...brokenChain(newest.broken),
      ...brokenChain(whole.broken),
    ];
    const count = (incidents: readonly Incident[]) =>
      incidents
        .filter(({ sequence }) => sequence > since)
        .reduce((sum, incident) => sum + incident.count, 0);
    const data = {
      since,
      to: logins.head,
      failed_logins: count(logins.found),
      errors: count(errors.found),
      chain_walked_to: whole.walked_to,
      alerts: found.map(({ key }) => key),
    };
    return {
      text: found.length === 0 ? NO_ANOMALY : found.map(({ message }) => message).join("\n"),
      written_by: "evidence",
      data,
      cursor: {
        // New entries beyond the limit are verified with the whole log.
        sequence: logins.head,
        at,
        // Restarts at the end: a verified entry may be altered later.
        walked_to: whole.walked_to >= logins.head ? 0 : whole.walked_to,
      },
      sync: () => raise(bus, context, run.agent, found),
    };
  },
};

const NO_ANOMALY = "No anomalies in the log since the previous run.";

async function incidentsOf(bus: Bus, context: RequestContext, action: string, from: string) {
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
  found: readonly Alert[],
): Promise<JsonObject> {
  let raised = 0;
  for (const severity of ["warning", "critical"] as const) {
    const selected = found.filter((alert) => alert.severity === severity);
    if (selected.length === 0) continue;
    const quiet_seconds = QUIET_SECONDS[severity];
    const reply = await request(
      bus,
      alerts.requests.raise,
      { alerts: selected, raised_by, quiet_seconds },
      context,
    );
    raised += reply.raised;
  }
  return { raised };
}
