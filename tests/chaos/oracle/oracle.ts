import { changesOf, loop, messageId } from "@vega/contracts";
import { publicSequences } from "@vega/test-support";
import { firstBreak, GENESIS_HASH } from "../../../services/state/src/log/chain.ts";
import type { Completion } from "../workload/chat-client.ts";
import type { Stored } from "./stored.ts";

/** The expected state: what the platform acknowledged to its clients. */
export interface Expected {
  readonly written: ReadonlyMap<string, number>;
  readonly completions: ReadonlyMap<string, Completion>;
  /** The event ids of each subscriber, in the order of their arrival. */
  readonly received: readonly (readonly number[])[];
}

/** Numbers of lost and duplicated items, and a description of each difference. */
export interface Discrepancies {
  readonly lost: number;
  readonly doubled: number;
  readonly findings: readonly string[];
}

/** Examples in a finding. */
const SHOWN = 3;

/** Compares the stored state with the expected one. */
export function compare(stored: Stored, expected: Expected): Discrepancies {
  const all = [
    checkLog(stored),
    checkWrites(stored, expected.written),
    checkCompletions(stored, expected.completions),
    ...expected.received.map((ids) => checkReceived(stored, ids)),
  ];
  return {
    lost: all.reduce((sum, { lost }) => sum + lost, 0),
    doubled: all.reduce((sum, { doubled }) => sum + doubled, 0),
    findings: all.flatMap(({ findings }) => findings),
  };
}

function discrepancies(
  what: string,
  lost: readonly unknown[],
  doubled: readonly unknown[],
): Discrepancies {
  const finding = (how: string, which: readonly unknown[]) =>
    which.length === 0 ? [] : [`${which.length} ${what} ${how}: ${shown(which)}`];
  return {
    lost: lost.length,
    doubled: doubled.length,
    findings: [...finding("lost", lost), ...finding("doubled", doubled)],
  };
}

const shown = (which: readonly unknown[]) =>
  which.slice(0, SHOWN).map(String).join(", ") + (which.length > SHOWN ? ", …" : "");

/** The gaps and duplicates of numbers that should be 1, 2, 3 … */
function gapsAndDoubles(numbers: readonly number[]): { gaps: number[]; doubles: number[] } {
  const seen = new Set<number>();
  const doubles = numbers.filter((one) => seen.has(one) || !seen.add(one));
  const last = numbers.reduce((most, one) => Math.max(most, one), 0);
  const gaps = Array.from({ length: last }, (_, n) => n + 1).filter((one) => !seen.has(one));
  return { gaps, doubles };
}

function checkLog({ entries }: Stored): Discrepancies {
  const log = gapsAndDoubles(entries.map(({ sequence }) => sequence));
  const ofLog = discrepancies("log entries", log.gaps, log.doubles);
  const ticks = entries
    .filter(({ type }) => type === loop.events.iterated.type)
    .map(({ data }) => loop.events.iterated.data.parse(data).tick.iteration);
  const iterations = gapsAndDoubles(ticks);
  const ofLoop = discrepancies("iterations", iterations.gaps, iterations.doubles);
  const broken = firstBreak(entries, { sequence: 0, hash: GENESIS_HASH });
  return {
    lost: ofLog.lost + ofLoop.lost,
    doubled: ofLog.doubled + ofLoop.doubled,
    findings: [
      ...ofLog.findings,
      ...ofLoop.findings,
      ...(broken ? [`the chain breaks at ${broken.sequence}: ${broken.reason}`] : []),
    ],
  };
}

/** Each value has to be written at most once, and once if it was acknowledged. */
function checkWrites({ entries, values }: Stored, written: Expected["written"]): Discrepancies {
  const times = new Map<string, number>();
  for (const entry of entries.filter(({ type }) => type === "vega.memory.changed.v1")) {
    for (const { id } of changesOf(entry)) times.set(id, (times.get(id) ?? 0) + 1);
  }
  const lost = [...written].filter(([id, value]) => values.get(id) !== value || !times.has(id));
  const doubled = [...times].filter(([, count]) => count > 1);
  return discrepancies(
    "writes",
    lost.map(([id]) => id),
    doubled.map(([id]) => id),
  );
}

function checkCompletions(
  { messages }: Stored,
  completions: Expected["completions"],
): Discrepancies {
  const questions = [...messages.values()].filter(({ role }) => role === "user");
  const times = new Map<unknown, number>();
  for (const { content } of questions) times.set(content, (times.get(content) ?? 0) + 1);
  const lost = [...completions].filter(([question, { conversation, text }]) => {
    const message = messages.get(messageId(conversation, 1));
    return (
      !times.has(question) || message?.["status"] !== "complete" || message["content"] !== text
    );
  });
  const doubled = [...times].filter(([, count]) => count > 1);
  return discrepancies(
    "completions",
    lost.map(([question]) => question),
    doubled.map(([question]) => question),
  );
}

function checkReceived({ entries }: Stored, ids: readonly number[]): Discrepancies {
  const head = entries.at(-1)?.sequence ?? 0;
  const received = ids.filter((id) => id <= head);
  // The caller waits until each subscriber has the newest event.
  const sent = publicSequences(entries, [received[0] ?? 0, received.at(-1)]);
  const expected = new Set(sent);
  const seen = new Set<number>();
  const doubled = received.filter((id) => seen.has(id) || !seen.add(id) || !expected.has(id));
  const result = discrepancies(
    "events of a subscriber",
    sent.filter((id) => !seen.has(id)),
    doubled,
  );
  const disordered = received.some((id, index) => id < (received[index - 1] ?? 0));
  return disordered
    ? { ...result, findings: [...result.findings, "a subscriber got events out of order"] }
    : result;
}
