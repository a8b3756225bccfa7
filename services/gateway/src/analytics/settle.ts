import type { MemoryStream, MemoryValue } from "@vega/messaging";
import type { Gains, Session } from "./sessions.ts";
import { advance, NO_GAINS } from "./sessions.ts";
import type { Visitor } from "./visitors.ts";

/** Attempts against other gateways that write about the same visitor. */
const MAX_CONFLICTS = 10;

/** Digests of a day; `*` for all of them. */
export const keyOfDigest = (day: string, digest: string): string => `seen.${day}.${digest}`;

/** The value under a digest. `tag` identifies the write. */
const toValue = ({ start, last, views }: Session, tag: string): string =>
  JSON.stringify([start, last, views, tag]);

function fromValue({ value, revision }: MemoryValue) {
  const [start, last, views, tag] = JSON.parse(value) as [number, number, number, string];
  return { session: { start, last, views }, tag, revision };
}

/** What settling a visitor has found. `isFull`: a new visitor for whom the bus has no room, who is not counted. */
export interface Settled {
  readonly gains: Gains;
  readonly isFull: boolean;
}

/**
 * Adds the visitor's activity to its session on the bus. Rejects where the outcome is unknown; the next call then finds
 * out by the tag, and nothing is counted twice.
 * @param tag unique
 */
export async function settleVisitor(
  stream: MemoryStream,
  key: string,
  visitor: Visitor,
  tag: string,
): Promise<Settled> {
  // After an unknown outcome only a read tells.
  let isCurrent = visitor.inFlight === undefined && visitor.known !== undefined;
  const flight = (visitor.inFlight ??= takeActivity(visitor, tag));
  const finish = (gains: Gains, isFull = false): Settled => {
    visitor.inFlight = undefined;
    return { gains, isFull };
  };
  for (let conflicts = 0; conflicts <= MAX_CONFLICTS; conflicts += 1) {
    const found = isCurrent ? undefined : await stream.read(key);
    const stored = found && fromValue(found);
    if (stored?.tag === flight.tag && flight.gains) {
      visitor.known = stored;
      return finish(flight.gains);
    }
    // A bus that has lost its memory gets the session again.
    const session = stored?.session ?? visitor.known?.session;
    const revision = isCurrent ? (visitor.known?.revision ?? 0) : (stored?.revision ?? 0);
    const next = advance(session, flight.activity);
    if (!next) return finish(NO_GAINS);
    flight.gains = next.gains;
    const written = await stream.write(key, toValue(next.session, flight.tag), revision);
    if (typeof written === "number") {
      visitor.known = { session: next.session, revision: written };
      return finish(next.gains);
    }
    if (written === "full") return finish(NO_GAINS, true);
    isCurrent = false;
  }
  throw new Error("other gateways wrote about the same visitor each time");
}

function takeActivity(visitor: Visitor, tag: string): NonNullable<Visitor["inFlight"]> {
  const { activity } = visitor;
  if (!activity) throw new Error("the visitor has no activity");
  visitor.activity = undefined;
  return { activity, tag, gains: undefined };
}
