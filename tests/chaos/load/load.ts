import type { Subscriber, Writer } from "@vega/test-support";
import { startSubscriber, startWriter } from "@vega/test-support";
import type { Target } from "../rig/target.ts";
import type { Answered, Asker } from "./asker.ts";
import { startAsker } from "./asker.ts";

const WRITERS = 4;
const WRITE_PAUSE_MS = 40;
const ASKERS = 2;
const ASK_PAUSE_MS = 100;
const SUBSCRIBERS = 3;

/** What clients do all the time, and what they were told. */
export interface Load {
  readonly subscribers: readonly Subscriber[];
  /** Writes that were answered with 200, those of earlier bouts too. */
  written(): ReadonlyMap<string, number>;
  /** Completions that clients have whole. */
  answered(): ReadonlyMap<string, Answered>;
  /** What readers heard that have ended, from their first event to a moment since. */
  heard(): readonly (readonly number[])[];
  heardBy(readers: readonly (readonly number[])[]): void;
  /** Further writers whose writes count, until `rest`. */
  join(writers: readonly Writer[]): void;
  /** Starts writing and asking. */
  begin(): void;
  /** Stops that, and resolves when all is answered; the subscribers go on. */
  rest(): Promise<void>;
  close(): Promise<void>;
}

export function startLoad(platform: Target): Load {
  const subscribers = Array.from({ length: SUBSCRIBERS }, () => startSubscriber(platform));
  const writers: Writer[] = [];
  const askers: Asker[] = [];
  let working: { stop(): Promise<void> }[] = [];
  let heard: (readonly number[])[] = [];
  let bout = 0;
  const rest = async () => {
    const all = working;
    working = [];
    await Promise.all(all.map((one) => one.stop()));
  };
  const join = (more: readonly Writer[]) => {
    writers.push(...more);
    working.push(...more);
  };
  return {
    subscribers,
    written: () => merged(writers),
    answered: () => merged(askers),
    heard: () => heard,
    heardBy(readers) {
      heard = [...readers];
    },
    join,
    begin() {
      bout += 1;
      heard = [];
      join(
        Array.from({ length: WRITERS }, (_, n) =>
          startWriter(platform, `w${bout}-${n}`, WRITE_PAUSE_MS),
        ),
      );
      const more = Array.from({ length: ASKERS }, (_, n) =>
        startAsker(platform, `asker ${bout}-${n}`, ASK_PAUSE_MS),
      );
      askers.push(...more);
      working.push(...more);
    },
    rest,
    async close() {
      await rest();
      await Promise.all(subscribers.map((subscriber) => subscriber.stop()));
    },
  };
}

function merged<Value>(of: readonly { readonly acknowledged: ReadonlyMap<string, Value> }[]) {
  const all = new Map<string, Value>();
  for (const { acknowledged } of of) for (const [id, value] of acknowledged) all.set(id, value);
  return all;
}
