import { changesOf, loop, messageId } from "@vega/contracts";
import { publicSequences } from "@vega/test-support";
import { firstBreak, GENESIS_HASH } from "../../../services/state/src/log/chain.ts";
import type { Answered } from "../load/asker.ts";
import type { Stored } from "./stored.ts";

/** What clients know. */
export interface Known {
  readonly written: ReadonlyMap<string, number>;
  readonly answered: ReadonlyMap<string, Answered>;
  /** The ids that each subscriber got, in the order in which they came. */
  readonly heard: readonly (readonly number[])[];
}

/** How many acknowledged things are not there, how many happened more than once, and in words what is wrong. */
export interface Verdict {
  readonly lost: number;
  readonly doubled: number;
  readonly faults: readonly string[];
}

/** Of so many that are wrong, these are shown. */
const SHOWN = 3;

/** Compares what clients were told with what is stored. */
export function judge(stored: Stored, known: Known): Verdict {
  const all = [
    judgeLog(stored),
    judgeWrites(stored, known.written),
    judgeAnswers(stored, known.answered),
    ...known.heard.map((ids) => judgeHeard(stored, ids)),
  ];
  return {
    lost: all.reduce((sum, { lost }) => sum + lost, 0),
    doubled: all.reduce((sum, { doubled }) => sum + doubled, 0),
    faults: all.flatMap(({ faults }) => faults),
  };
}

function verdict(what: string, lost: readonly unknown[], doubled: readonly unknown[]): Verdict {
  const told = (how: string, which: readonly unknown[]) =>
    which.length === 0 ? [] : [`${which.length} ${what} ${how}: ${shown(which)}`];
  return {
    lost: lost.length,
    doubled: doubled.length,
    faults: [...told("lost", lost), ...told("doubled", doubled)],
  };
}

const shown = (which: readonly unknown[]) =>
  which.slice(0, SHOWN).map(String).join(", ") + (which.length > SHOWN ? ", …" : "");

/** What a sequence that should be 1, 2, 3 … lacks, and what it has again. */
function gapsAndDoubles(numbers: readonly number[]): { gaps: number[]; doubles: number[] } {
  const seen = new Set<number>();
  const doubles = numbers.filter((one) => seen.has(one) || !seen.add(one));
  const last = numbers.reduce((most, one) => Math.max(most, one), 0);
  const gaps = Array.from({ length: last }, (_, n) => n + 1).filter((one) => !seen.has(one));
  return { gaps, doubles };
}

function judgeLog({ entries }: Stored): Verdict {
  const log = gapsAndDoubles(entries.map(({ sequence }) => sequence));
  const ofLog = verdict("log entries", log.gaps, log.doubles);
  const ticks = entries
    .filter(({ type }) => type === loop.events.iterated.type)
    .map(({ data }) => loop.events.iterated.data.parse(data).tick.iteration);
  const iterations = gapsAndDoubles(ticks);
  const ofLoop = verdict("iterations", iterations.gaps, iterations.doubles);
  const broken = firstBreak(entries, { sequence: 0, hash: GENESIS_HASH });
  return {
    lost: ofLog.lost + ofLoop.lost,
    doubled: ofLog.doubled + ofLoop.doubled,
    faults: [
      ...ofLog.faults,
      ...ofLoop.faults,
      ...(broken ? [`the chain breaks at ${broken.sequence}: ${broken.reason}`] : []),
    ],
  };
}

/** Each value was to be written once, whether or not its writer was told. */
function judgeWrites({ entries, values }: Stored, written: Known["written"]): Verdict {
  const times = new Map<string, number>();
  for (const entry of entries.filter(({ type }) => type === "vega.memory.changed.v1")) {
    for (const { id } of changesOf(entry)) times.set(id, (times.get(id) ?? 0) + 1);
  }
  const lost = [...written].filter(([id, value]) => values.get(id) !== value || !times.has(id));
  const doubled = [...times].filter(([, count]) => count > 1);
  return verdict(
    "writes",
    lost.map(([id]) => id),
    doubled.map(([id]) => id),
  );
}

function judgeAnswers({ messages }: Stored, answered: Known["answered"]): Verdict {
  const asked = [...messages.values()].filter(({ role }) => role === "user");
  const times = new Map<unknown, number>();
  for (const { content } of asked) times.set(content, (times.get(content) ?? 0) + 1);
  const lost = [...answered].filter(([question, { conversation, text }]) => {
    const answer = messages.get(messageId(conversation, 1));
    return !times.has(question) || answer?.["status"] !== "complete" || answer["content"] !== text;
  });
  const doubled = [...times].filter(([, count]) => count > 1);
  return verdict(
    "completions",
    lost.map(([question]) => question),
    doubled.map(([question]) => question),
  );
}

function judgeHeard({ entries }: Stored, ids: readonly number[]): Verdict {
  const head = entries.at(-1)?.sequence ?? 0;
  const heard = ids.filter((id) => id <= head);
  // That its last one is the newest is for who waits for it.
  const told = publicSequences(entries, [heard[0] ?? 0, heard.at(-1)]);
  const expected = new Set(told);
  const seen = new Set<number>();
  const doubled = heard.filter((id) => seen.has(id) || !seen.add(id) || !expected.has(id));
  const result = verdict(
    "events of a subscriber",
    told.filter((id) => !seen.has(id)),
    doubled,
  );
  const disordered = heard.some((id, index) => id < (heard[index - 1] ?? 0));
  return disordered
    ? { ...result, faults: [...result.faults, "a subscriber got events out of order"] }
    : result;
}
