import type { UsageDay, UsageTotals } from "@vega/contracts";
import { NOTHING_USED, plus } from "./totals.ts";

/** Models, and agents, listed per day: every completion writes the whole document. */
export const MAX_SHARES = 20;
/** Name of the sum of all others. */
export const OTHERS = "other";

type Share = UsageDay["models"][number];

/** A day with one more completion. */
export function withAnswer(
  before: UsageDay | undefined,
  at: { readonly owner: string; readonly day: string },
  took: UsageTotals,
  by: { readonly model: string | null; readonly agent: string | null },
): UsageDay {
  const { owner, day } = at;
  const known = before ?? { total: NOTHING_USED, models: [], agents: [] };
  return {
    owner,
    day,
    total: plus(known.total, took),
    models: by.model === null ? known.models : shared(known.models, by.model, took),
    agents: by.agent === null ? known.agents : shared(known.agents, by.agent, took),
  };
}

function shared(shares: readonly Share[], wanted: string, took: UsageTotals): Share[] {
  const isKnown = shares.some((share) => share.name === wanted);
  const name = isKnown || shares.length < MAX_SHARES ? wanted : OTHERS;
  if (!shares.some((share) => share.name === name)) {
    return [...shares, { name, ...took }];
  }
  return shares.map((share) => (share.name === name ? { name, ...plus(share, took) } : share));
}
