/** The time of a request to /readyz, and whether the status was 200. */
export interface Probe {
  readonly at: number;
  readonly ready: boolean;
}

/** The time of a write, and whether it succeeded. */
export interface Write {
  readonly at: number;
  readonly ok: boolean;
}

/** The longest periods in which readiness contradicted the outcome of writes, ms */
export interface WrongReadiness {
  /** Ready while writes failed. */
  readonly green: number;
  /** Not ready while writes succeeded. */
  readonly red: number;
}

/** Compares readiness with the outcome of the writes at the same time. All times are of one clock, ms. */
export function wrongReadiness(probes: readonly Probe[], writes: readonly Write[]): WrongReadiness {
  const longest = { green: 0, red: 0 };
  let since: { readonly kind: keyof WrongReadiness; readonly at: number } | undefined;
  let last = 0;
  for (const { at, ok } of writes.toSorted((a, b) => a.at - b.at)) {
    while ((probes[last + 1]?.at ?? Number.POSITIVE_INFINITY) <= at) last += 1;
    const ready = probes[last]?.ready;
    const kind = ready === undefined || ready === ok ? undefined : ready ? "green" : "red";
    if (kind === undefined) since = undefined;
    else {
      if (since?.kind !== kind) since = { kind, at };
      longest[kind] = Math.max(longest[kind], at - since.at);
    }
  }
  return longest;
}
