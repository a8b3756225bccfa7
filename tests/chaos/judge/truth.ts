/** When /readyz was asked, and whether it said 200. */
export interface Said {
  readonly at: number;
  readonly ready: boolean;
}

/** When a write was sent, and whether it succeeded. */
export interface Tried {
  readonly at: number;
  readonly ok: boolean;
}

/** Milliseconds of the longest stretch in which it said what was not so. */
export interface Untruth {
  /** It said that it is ready, and writes failed. */
  readonly green: number;
  /** It said that it is not, and writes succeeded. */
  readonly red: number;
}

/** Compares what readiness said with what became of the writes sent then. Times: milliseconds of one clock. */
export function untruthOf(said: readonly Said[], tried: readonly Tried[]): Untruth {
  const longest = { green: 0, red: 0 };
  let since: { readonly kind: keyof Untruth; readonly at: number } | undefined;
  let heard = 0;
  for (const { at, ok } of tried.toSorted((a, b) => a.at - b.at)) {
    while ((said[heard + 1]?.at ?? Number.POSITIVE_INFINITY) <= at) heard += 1;
    const ready = said[heard]?.ready;
    const kind = ready === undefined || ready === ok ? undefined : ready ? "green" : "red";
    if (kind === undefined) since = undefined;
    else {
      if (since?.kind !== kind) since = { kind, at };
      longest[kind] = Math.max(longest[kind], at - since.at);
    }
  }
  return longest;
}
