import type { Finding } from "./finding.ts";
import { fail, ok, warn } from "./finding.ts";

/** No clock that is right says less: this was written later. */
const EARLIEST = Date.parse("2026-11-01T00:00:00Z");
const WARN_MS = 1_000;
const FAIL_MS = 60_000;
const MEND = "set the clock of this machine, best by NTP (timedatectl set-ntp true)";

/** What else tells the time. */
export interface Clocks {
  /** Of the log's last entry, ISO 8601. */
  readonly lastEntry: string | null;
  /** How far others are ahead of us, in milliseconds. */
  readonly ahead: readonly { readonly who: string; readonly ms: number }[];
}

/**
 * The log's times never run backwards: with a clock that is behind, all entries get the last one's time, and what is to
 * expire does so late. @param now milliseconds since the epoch
 */
export function checkClock(now: number, { lastEntry, ahead }: Clocks): Finding {
  const what = "clock";
  const found = new Date(now).toISOString();
  if (now < EARLIEST) return fail(what, `${found}, which is long past`, MEND);
  const entry =
    lastEntry === null ? [] : [{ who: "the log's last entry", ms: Date.parse(lastEntry) - now }];
  // An entry that is old says nothing.
  const others = [...entry.filter(({ ms }) => ms > 0), ...ahead];
  const [worst] = others.toSorted((a, b) => Math.abs(b.ms) - Math.abs(a.ms));
  if (!worst || Math.abs(worst.ms) < WARN_MS) return ok(what, found);
  const by = `${Math.round(Math.abs(worst.ms) / 1_000)} s`;
  const said = `${found}; ${worst.who} is ${by} ${worst.ms > 0 ? "ahead" : "behind"}`;
  return Math.abs(worst.ms) >= FAIL_MS ? fail(what, said, MEND) : warn(what, said, MEND);
}
