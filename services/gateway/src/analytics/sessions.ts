/** Inactivity that ends a session. */
export const SESSION_GAP_MS = 30 * 60_000;
/** A session with one page view bounced unless it lasted this long. */
export const ENGAGED_MS = 10_000;

/** The running session of a visitor. Times are milliseconds since the epoch. */
export interface Session {
  readonly start: number;
  readonly last: number;
  readonly views: number;
}

/** Requests of a visitor that were not counted yet. */
export interface Activity {
  first: number;
  last: number;
  /** Page views; 0: only requests of a page that is open. */
  views: number;
}

/** Increments of the day's counts. */
export interface Gains {
  readonly visitors: number;
  readonly sessions: number;
  readonly bounced: number;
  readonly session_ms: number;
}

export const NO_GAINS: Gains = { visitors: 0, sessions: 0, bounced: 0, session_ms: 0 };

export const sumOfGains = (a: Gains, b: Gains): Gains => ({
  visitors: a.visitors + b.visitors,
  sessions: a.sessions + b.sessions,
  bounced: a.bounced + b.bounced,
  session_ms: a.session_ms + b.session_ms,
});

const bouncedOf = ({ start, last, views }: Session): number =>
  views < 2 && last - start < ENGAGED_MS ? 1 : 0;

/**
 * Goes on with a visitor's session, or begins one with a page view. Increments are final at once, so no session has to
 * be watched for its end: one that goes on takes back that it bounced.
 * @param before undefined for a new visitor
 * @returns undefined where nothing changes: a request without a view that belongs to no session
 */
export function advance(
  before: Session | undefined,
  { first, last, views }: Readonly<Activity>,
): { readonly session: Session; readonly gains: Gains } | undefined {
  if (before && first - before.last <= SESSION_GAP_MS) {
    const session = {
      start: before.start,
      last: Math.max(before.last, last),
      views: before.views + views,
    };
    const gains = {
      visitors: 0,
      sessions: 0,
      bounced: bouncedOf(session) - bouncedOf(before),
      session_ms: session.last - before.last,
    };
    return { session, gains };
  }
  if (views === 0) return undefined;
  const session = { start: first, last, views };
  const visitors = before ? 0 : 1;
  const gains = { visitors, sessions: 1, bounced: bouncedOf(session), session_ms: last - first };
  return { session, gains };
}
