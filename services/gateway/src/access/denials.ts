import type { RequestContext } from "@vega/contracts";

/** A refused request to record in the log. */
export interface Denial {
  readonly method: string;
  /** The route's pattern. */
  readonly route: string;
  readonly reason: "unauthorized" | "forbidden";
  readonly context: RequestContext;
}

const WINDOW_MS = 60_000;
/** Maximum number of kinds in one window, so that invented kinds do not grow the log. */
const MAX_KINDS = 200;

/**
 * Records refused requests: the first of its kind at once, the rest of a minute as one entry with a count. A thousand
 * attempts are two entries.
 */
export function createDenials(
  tell: (denial: Denial, count: number) => void,
  now: () => number,
): { note(denial: Denial): void; flush(): void } {
  let began = now();
  const seen = new Map<string, { denial: Denial; held: number }>();

  const flush = () => {
    for (const { denial, held } of seen.values()) if (held > 0) tell(denial, held);
    seen.clear();
    began = now();
  };
  return {
    note(denial) {
      if (now() - began >= WINDOW_MS) flush();
      const { actor } = denial.context;
      const who = actor.id === "anonymous" ? actor.address : actor.id;
      const kind = `${who} ${denial.method} ${denial.route} ${denial.reason}`;
      const found = seen.get(kind);
      if (found) found.held += 1;
      else if (seen.size < MAX_KINDS) {
        seen.set(kind, { denial, held: 0 });
        tell(denial, 1);
      }
    },
    flush,
  };
}
