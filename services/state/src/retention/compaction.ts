import type { Thinned, ThinningStage } from "@vega/contracts";
import {
  agentRuns,
  alerts,
  analytics,
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
 * Compaction of old log ranges. Of each hour, later of each day, the entries remain from which the state at its end is
 * rebuilt. Entries caused by people remain for the configured time, as the audit trail.
 */

/** Length of the time prefix that entries of one range share: `2026-01-31T12` or `2026-01-31`. */
const KEY_LENGTH: Record<ThinningStage, number> = { hour: 13, day: 10, audit: 10 };

/** The hour or the day of an entry. Entries of one key are compacted together. */
export const keyOf = (time: string, stage: ThinningStage): string =>
  time.slice(0, KEY_LENGTH[stage]);

/** Start of the entry's hour or day, ISO 8601. */
export const beginningOf = (time: string, stage: ThinningStage): string =>
  stage === "hour" ? `${keyOf(time, stage)}:00:00.000Z` : `${keyOf(time, stage)}T00:00:00.000Z`;

/** Never removed: they hold the whole state, or record what was removed from the log. */
const KEPT: ReadonlySet<string> = new Set([
  crystal.events.created.type,
  crystal.events.imported.type,
  crystal.events.restored.type,
  eventLog.events.thinned.type,
  users.events.erased.type,
  alerts.events.raised.type,
]);

/** Of no use once the run, message or call has ended: its documents hold the outcome. */
const PASSING: ReadonlySet<string> = new Set([
  agentRuns.events.ended.type,
  agentRuns.events.renewed.type,
  messages.events.progressed.type,
  // The run and the usage of the day hold the result.
  usage.events.reserved.type,
  usage.events.settled.type,
  // The day holds the counts. Entries with page views are removed where a later one has their totals.
  analytics.events.called.type,
]);

/** Entries that services write on their own. Entries caused by people are the audit trail. */
const isBulk = ({ type, context }: LogEntry): boolean =>
  context.actor.id.startsWith("system:") || type === messages.events.progressed.type;

/** Whether a stage may remove an entry. */
const concerns = (entry: LogEntry, stage: ThinningStage): boolean =>
  !KEPT.has(entry.type) && (stage === "audit" || isBulk(entry));

/** The entries to remove, and the record of the compacted range. */
export interface Compaction {
  readonly range: Thinned;
  /** Sequences of the removed entries. */
  readonly removes: readonly number[];
  /** Earlier compacted ranges that become part of this one. */
  readonly replaces: readonly Thinned[];
}

/**
 * Plans the compaction of a range. An entry is removed where a later one of the range holds the state of the same
 * documents, or where no document is rebuilt from it: the state at the end of the range can still be rebuilt.
 * @param entries all entries of the range, oldest first
 * @param after the sequence before the range
 * @param known earlier compacted ranges within this one
 * @returns undefined where every entry remains
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
    // The last one remains: the next entry's previous_hash is its hash.
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
    range: { from: first.from, until, removed, stage, gaps },
    removes,
    replaces: known,
  };
}

/** Missing sequences before the remaining entries. The hash of a gap is the hash of its last entry. */
function gapsOf(kept: readonly LogEntry[], after: number): Thinned["gaps"] {
  const gaps: Thinned["gaps"] = [];
  let before = after;
  for (const { sequence, previous_hash: hash } of kept) {
    if (sequence > before + 1) gaps.push({ from: before + 1, to: sequence - 1, hash });
    before = sequence;
  }
  return gaps;
}

/** Removes entries from the log. `conflict`: another replica has compacted the range. */
export function decideCompaction({ range, removes, replaces }: Compaction): Command<null> {
  const expected = new Map(replaces.map((one) => [thinnedId(one.from), one]));
  const own = thinnedId(range.from);
  const ids = [...new Set([...expected.keys(), own])];
  return {
    reads: ids.map((id) => documentRef("log_gaps", id)),
    decide(view) {
      for (const id of ids) {
        const [is, was] = [view.get(documentRef("log_gaps", id)), expected.get(id)];
        if (is?.removed !== was?.removed || is?.until !== was?.until) {
          return refuse("conflict", "this range of the log was compacted by another replica");
        }
      }
      const data = { ...range, replaces: replaces.map(({ from }) => from) };
      const compacted = event(eventLog.events.thinned, `log_gaps/${own}`, data);
      return accept([{ ...compacted, removes }], null);
    },
  };
}
