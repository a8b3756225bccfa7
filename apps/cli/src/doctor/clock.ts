import type { Finding } from "./finding.ts";
import { fail, ok, warn } from "./finding.ts";

/** No clock that is right says less: this was written later. */
const EARLIEST = Date.parse("2026-11-01T00:00:00Z");
const WARN_MS = 1_000;
/** From here on state reports a clock skew, too. */
const FAIL_MS = 60_000;
const MEND = "set the clock of this machine, best by NTP (timedatectl set-ntp true)";
const WAS_AHEAD =
  "it was written while the clock was ahead. Leases, sessions and budgets go by the clock; entries get this time until " +
  "the clock has passed it, and say what it showed (`clock` at /api/audit)";

/** What else tells the time. */
export interface Clocks {
  /** Of the log's last entry, ISO 8601. */
  readonly lastEntry: string | null;
  /** How far others are ahead of us, in milliseconds. */
  readonly ahead: readonly { readonly who: string; readonly ms: number }[];
}

/**
 * Compares this machine's clock with others, and with the log. A log that is ahead has two causes, which another clock
 * tells apart: this clock is behind, or it was ahead when the entry was written.
 * @param now milliseconds since the epoch
 */
export function checkClock(now: number, { lastEntry, ahead }: Clocks): Finding {
  const what = "clock";
  const found = new Date(now).toISOString();
  if (now < EARLIEST) return fail(what, `${found}, which is long past`, MEND);
  const [other] = ahead.toSorted((a, b) => Math.abs(b.ms) - Math.abs(a.ms));
  if (other && Math.abs(other.ms) >= WARN_MS) return judge(found, other, MEND);
  const log = { who: "the log's last entry", ms: Date.parse(lastEntry ?? found) - now };
  // An entry that is old says nothing.
  if (log.ms < WARN_MS) return ok(what, found);
  if (other)
    return warn(what, said(found, log), `none, the clock agrees with ${other.who}: ${WAS_AHEAD}`);
  return judge(
    found,
    log,
    `compare this clock with another one (timedatectl). If it is behind, ${MEND}. If it is right, nothing is to be ` +
      `done: ${WAS_AHEAD}`,
  );
}

const said = (found: string, { who, ms }: Clocks["ahead"][number]) =>
  `${found}; ${who} is ${Math.round(Math.abs(ms) / 1_000)} s ${ms > 0 ? "ahead" : "behind"}`;

function judge(found: string, one: Clocks["ahead"][number], mend: string): Finding {
  const level = Math.abs(one.ms) >= FAIL_MS ? fail : warn;
  return level("clock", said(found, one), mend);
}
