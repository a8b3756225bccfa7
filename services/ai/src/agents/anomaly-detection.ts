import type { Alert, AuditEntry } from "@vega/contracts";

/** Events of one kind at one moment. */
export interface Incident {
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly count: number;
}

/** Sliding window and thresholds of an alert. */
export const WINDOW_MS = 600_000;
const FAILED_LOGINS = 20;
const ERRORS = 50;

/** Entries of failed logins and errors may stand for several; `data.count` is their number. */
export const toIncident = ({ sequence, time, clock, data }: AuditEntry): Incident => ({
  sequence,
  at: Date.parse(clock ?? time),
  count: typeof data?.["count"] === "number" ? data["count"] : 1,
});

export interface Burst {
  readonly count: number;
  readonly from: Incident;
  readonly to: Incident;
}

/**
 * The window with the most incidents among those whose last incident comes after a sequence.
 * @param incidents in any order
 */
export function worstBurst(incidents: readonly Incident[], after: number): Burst | undefined {
  const sorted = incidents.toSorted((a, b) => a.sequence - b.sequence);
  let worst: Burst | undefined;
  let first = 0;
  let count = 0;
  for (const to of sorted) {
    count += to.count;
    let from = sorted[first] ?? to;
    while (from.at <= to.at - WINDOW_MS) {
      count -= from.count;
      first += 1;
      from = sorted[first] ?? to;
    }
    if (to.sequence > after && count > (worst?.count ?? 0)) worst = { count, from, to };
  }
  return worst;
}

const MINUTES = WINDOW_MS / 60_000;

const evidenceOf = ({ count, from, to }: Burst) => ({
  count,
  from_sequence: from.sequence,
  to_sequence: to.sequence,
  from: new Date(from.at).toISOString(),
  to: new Date(to.at).toISOString(),
});

export function failedLogins(burst: Burst | undefined): Alert[] {
  if (!burst || burst.count < FAILED_LOGINS) return [];
  return [
    {
      key: "failed_logins",
      kind: "failed_logins",
      severity: "warning",
      message: `${burst.count} logins failed within ${MINUTES} minutes`,
      evidence: evidenceOf(burst),
    },
  ];
}

export function errorSpike(burst: Burst | undefined): Alert[] {
  if (!burst || burst.count < ERRORS) return [];
  return [
    {
      key: "error_spike",
      kind: "error_spike",
      severity: "warning",
      message: `${burst.count} errors within ${MINUTES} minutes`,
      evidence: evidenceOf(burst),
    },
  ];
}

export function brokenChain(broken: { sequence: number; reason: string } | null): Alert[] {
  if (!broken) return [];
  return [
    {
      key: `broken_chain/${broken.sequence}`,
      kind: "broken_chain",
      severity: "critical",
      message: `the hash chain of the log is broken at entry ${broken.sequence}: ${broken.reason}`,
      evidence: { sequence: broken.sequence, reason: broken.reason },
    },
  ];
}
