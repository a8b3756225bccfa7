import type { Thinned, ThinningStage } from "@vega/contracts";
import {
  agentRuns,
  alerts,
  changesOf,
  crystal,
  eventLog,
  messages,
  thinnedId,
  usage,
  users,
} from "@vega/contracts";
import type { LogEntry } from "../store/store.ts";
import type { Command } from "../log/decision.ts";
import { accept, event, refuse } from "../log/decision.ts";
import { documentRef } from "../store/document-ref.ts";

/*
 * Old stretches of the log are thinned out: of each hour, later of each day, the entries stay that say what the state
 * was at its end. What people did stays as it is, as long as it is wanted for the audit trail.
 */

/** How much of an entry's time tells its stretch: `2026-01-31T12` or `2026-01-31`. */
const KEY_LENGTH: Record<ThinningStage, number> = { hour: 13, day: 10, audit: 10 };

/** What entries have in common that are thinned out together: their hour or their day. */
export const keyOf = (time: string, stage: ThinningStage): string =>
  time.slice(0, KEY_LENGTH[stage]);

/** When the hour or the day of an entry began. ISO 8601 */
export const beginningOf = (time: string, stage: ThinningStage): string =>
  stage === "hour" ? `${keyOf(time, stage)}:00:00.000Z` : `${keyOf(time, stage)}T00:00:00.000Z`;

/** Kept whatever happens: they say everything of the state, or of what is no more in the log. */
const KEPT: ReadonlySet<string> = new Set([
  crystal.events.created.type,
  crystal.events.imported.type,
  crystal.events.restored.type,
  eventLog.events.thinned.type,
  users.events.erased.type,
  alerts.events.raised.type,
]);

/** Of no use once what they led to is over: their documents tell the outcome. */
const PASSING: ReadonlySet<string> = new Set([
  agentRuns.events.ended.type,
  agentRuns.events.renewed.type,
  messages.events.progressed.type,
  // Of what agents ask: the run and the usage of the day tell.
  usage.events.reserved.type,
  usage.events.settled.type,
]);

/** What the services do by themselves, again and again; people's entries are the audit trail. */
const isBulk = ({ type, context }: LogEntry): boolean =>
  context.actor.id.startsWith("system:") || type === messages.events.progressed.type;

/** Whether an entry is one of those that a stage thins out. */
const concerns = (entry: LogEntry, stage: ThinningStage): boolean =>
  !KEPT.has(entry.type) && (stage === "audit" || isBulk(entry));

/** What is to be taken out of the log, and what is said of it. */
export interface Compaction {
  readonly stretch: Thinned;
  /** Sequences of the entries that go. */
  readonly removes: readonly number[];
  /** Stretches that become part of this one. */
  readonly replaces: readonly Thinned[];
}

/**
 * What of a stretch can go. An entry goes where a later one of the stretch says the same document's state, or where
 * nothing is rebuilt from it: so at the end of the stretch the state can be told as before.
 * @param entries of the whole stretch, oldest first
 * @param after the sequence before the stretch
 * @param known stretches within this one that were thinned before
 * @returns undefined where all of it stays.
 */
export function planCompaction(
  entries: readonly LogEntry[],
  after: number,
  stage: ThinningStage,
  known: readonly Thinned[],
): Compaction | undefined {
  const removes: number[] = [];
  /** The newest entry about each document, seen from the end. */
  const newer = new Map<string, number>();
  let until = Math.max(0, ...known.map((one) => one.until));
  const last = entries.at(-1);
  for (const entry of entries.toReversed()) {
    const rebuilt = changesOf(entry).map(({ collection, id }) => `${collection}/${id}`);
    const successors = rebuilt.map((name) => newer.get(name));
    for (const name of rebuilt) if (!newer.has(name)) newer.set(name, entry.sequence);
    // The last one stays: the chain goes on from it.
    if (entry === last || !concerns(entry, stage)) continue;
    const superseded = rebuilt.length > 0 && successors.every((found) => found !== undefined);
    const passing =
      rebuilt.length === 0 && (stage === "audit" || PASSING.has(entry.type)) && !entry.erased;
    if (!superseded && !passing) continue;
    removes.push(entry.sequence);
    until = Math.max(until, entry.sequence + 1, ...successors.map((found) => found ?? 0));
  }
  if (removes.length === 0) return undefined;
  const gone = new Set(removes);
  const gaps = gapsOf(
    entries.filter(({ sequence }) => !gone.has(sequence)),
    after,
  );
  const [first] = gaps;
  if (!first) return undefined;
  for (const { from, to } of gaps) if (until >= from && until <= to) until = to + 1;
  const removed = gaps.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  return {
    stretch: { from: first.from, until, removed, stage, gaps },
    removes,
    replaces: known,
  };
}

/** Where sequences are missing before entries that stay. What an entry follows from is the last one of its gap. */
function gapsOf(kept: readonly LogEntry[], after: number): Thinned["gaps"] {
  const gaps: Thinned["gaps"] = [];
  let before = after;
  for (const { sequence, previous_hash: hash } of kept) {
    if (sequence > before + 1) gaps.push({ from: before + 1, to: sequence - 1, hash });
    before = sequence;
  }
  return gaps;
}

/** Takes entries out of the log. Refused with `conflict` where another replica was faster. */
export function decideCompaction({ stretch, removes, replaces }: Compaction): Command<null> {
  const expected = new Map(replaces.map((one) => [thinnedId(one.from), one]));
  const own = thinnedId(stretch.from);
  const ids = [...new Set([...expected.keys(), own])];
  return {
    reads: ids.map((id) => documentRef("log_gaps", id)),
    decide(view) {
      for (const id of ids) {
        const [is, was] = [view.get(documentRef("log_gaps", id)), expected.get(id)];
        if (is?.removed !== was?.removed || is?.until !== was?.until) {
          return refuse("conflict", "that stretch of the log was thinned out already");
        }
      }
      const data = { ...stretch, replaces: replaces.map(({ from }) => from) };
      const said = event(eventLog.events.thinned, `log_gaps/${own}`, data);
      return accept([{ ...said, removes }], null);
    },
  };
}
