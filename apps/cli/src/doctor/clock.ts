import type { Finding } from "./finding.ts";
import { fail, ok, warn } from "./finding.ts";

/** This file was written later: a clock before it is wrong. */
const EARLIEST = Date.parse("2026-11-01T00:00:00Z");
const WARN_MS = 1_000;
/** State reports a clock skew from the same bound on. */
const FAIL_MS = 60_000;
const SET_CLOCK = "set the clock of this machine, preferably by NTP (timedatectl set-ntp true)";
const WAS_AHEAD =
  "the entry was written while the clock was ahead. Leases, sessions and budgets use the clock; entries keep the time " +
  "of that entry until the clock has passed it, and record the clock beside it (`clock` at /api/audit)";

/** Other sources of the time. */
export interface Clocks {
  /** Time of the log's last entry, ISO 8601. */
  readonly lastEntry: string | null;
  /** Other clocks, and how far they are ahead of this one. */
  readonly ahead: readonly { readonly name: string; readonly ms: number }[];
}

/**
 * Compares this machine's clock with other clocks, and with the log. A log that is ahead has two causes, which another
 * clock distinguishes: this clock is behind, or it was ahead when the entry was written.
 * @param now milliseconds since the epoch
 */
export function checkClock(now: number, { lastEntry, ahead }: Clocks): Finding {
  const check = "clock";
  const time = new Date(now).toISOString();
  if (now < EARLIEST) return fail(check, `${time}, which is years behind`, SET_CLOCK);
  const [other] = ahead.toSorted((a, b) => Math.abs(b.ms) - Math.abs(a.ms));
  if (other && Math.abs(other.ms) >= WARN_MS) return skewed(time, other, SET_CLOCK);
  const log = { name: "the log's last entry", ms: Date.parse(lastEntry ?? time) - now };
  // An old entry proves nothing.
  if (log.ms < WARN_MS) return ok(check, time);
  if (other) {
    return warn(
      check,
      describe(time, log),
      `none, the clock agrees with ${other.name}: ${WAS_AHEAD}`,
    );
  }
  return skewed(
    time,
    log,
    `compare this clock with another one (timedatectl). If it is behind, ${SET_CLOCK}. If it is right, nothing needs ` +
      `to be done: ${WAS_AHEAD}`,
  );
}

const describe = (time: string, { name, ms }: Clocks["ahead"][number]) =>
  `${time}; ${name} is ${Math.round(Math.abs(ms) / 1_000)} s ${ms > 0 ? "ahead" : "behind"}`;

function skewed(time: string, other: Clocks["ahead"][number], remedy: string): Finding {
  const level = Math.abs(other.ms) >= FAIL_MS ? fail : warn;
  return level("clock", describe(time, other), remedy);
}
