import type {
  AuditEntry,
  Crystal,
  ErrorGroup,
  HealthReport,
  RequestContext,
} from "@vega/contracts";
import { audit, crystal, errorGroups } from "@vega/contracts";
import type { Bus } from "@vega/messaging";
import { collectHealthReports, request } from "@vega/messaging";

/** Facts about the system at one moment. */
export interface Evidence {
  readonly sequence: number;
  readonly crystal: Pick<Crystal, "loop" | "cores" | "agents" | "modules">;
  readonly reports: readonly HealthReport[];
  /** Error groups, the latest first. */
  readonly errors: readonly ErrorGroup[];
  /** The log's last entries, the newest first. */
  readonly entries: readonly AuditEntry[];
}

const REPORTS_MS = 500;
const ERRORS = 5;
const ENTRIES = 50;

export async function gatherEvidence(bus: Bus, context: RequestContext): Promise<Evidence> {
  const [current, reports, { errors }, { entries }] = await Promise.all([
    request(bus, crystal.requests.get, {}, context),
    collectHealthReports(bus, { waitMs: REPORTS_MS, enough: () => false }),
    request(bus, errorGroups.requests.list, { limit: ERRORS }, context),
    request(bus, audit.requests.query, { limit: ENTRIES }, context),
  ]);
  return { sequence: current.sequence, crystal: current.crystal, reports, errors, entries };
}

/** Age limit of the errors in the summary. */
const RECENT_MS = 3_600_000;

/** One fact per line, without names of accounts. @param now milliseconds since the epoch */
export function describeEvidence(evidence: Evidence, now: number): string[] {
  const { sequence, reports, errors, entries } = evidence;
  const { loop, cores, agents, modules } = evidence.crystal;
  const ready = reports.filter((report) => report.ready);
  const recent = errors.filter(({ last_seen }) => Date.parse(last_seen) > now - RECENT_MS);
  return [
    `The loop is ${loop.active ? "running" : "stopped"}: phase ${loop.phase}, iteration ${loop.iteration}.`,
    ...cores.map(
      ({ name, status, power, missed }) =>
        `The core ${name} is ${status}, power ${power}${missed > 0 ? `, without a report for ${missed} iterations` : ""}.`,
    ),
    `${ready.length} of ${reports.length} instances that responded are ready: ${namesOf(reports)}.`,
    ...reports.flatMap(({ service, checks }) =>
      Object.entries(checks)
        .filter(([, check]) => !check.startsWith("ok"))
        .map(([name, check]) => `${service}: ${name} ${check}.`),
    ),
    `${agents.filter(({ state }) => state !== "idle").length} of ${agents.length} agents are running, ${modules.filter(({ status }) => status === "active").length} of ${modules.length} modules are active.`,
    recent.length === 0
      ? "No errors in the last hour."
      : `${recent.length} error groups in the last hour:`,
    ...recent.map(
      ({ service, name, message, count }) =>
        `- ${service}: ${name}: ${message} (${count} in total)`,
    ),
    `The log is at ${sequence}; its last ${entries.length} entries: ${countsOf(entries.map(({ action }) => action))}.`,
  ];
}

const namesOf = (reports: readonly HealthReport[]): string =>
  countsOf(reports.map(({ service }) => service));

/** `a 2, b 1`, the most frequent first. */
function countsOf(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
}
