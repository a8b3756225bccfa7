import type { Subscriber, Writer } from "@vega/test-support";
import { startSubscriber, startWriter } from "@vega/test-support";
import type { Target } from "../cluster/target.ts";
import type { Completion, ChatClient } from "./chat-client.ts";
import { startChatClient } from "./chat-client.ts";

const WRITERS = 4;
const WRITE_PAUSE_MS = 40;
const CHAT_CLIENTS = 2;
const CHAT_PAUSE_MS = 100;
const SUBSCRIBERS = 3;

/** Clients that write, chat and subscribe, and the responses they got. */
export interface Workload {
  readonly subscribers: readonly Subscriber[];
  /** Writes with status 200, earlier periods included. */
  written(): ReadonlyMap<string, number>;
  /** Complete completions. */
  completions(): ReadonlyMap<string, Completion>;
  /** Event ids of readers that have ended. */
  received(): readonly (readonly number[])[];
  addReceived(readers: readonly (readonly number[])[]): void;
  /** Adds writers until `pause`. */
  join(writers: readonly Writer[]): void;
  /** Starts writers and chat clients. */
  begin(): void;
  /** Stops them and waits for their responses; the subscribers continue. */
  pause(): Promise<void>;
  close(): Promise<void>;
}

export function startWorkload(platform: Target): Workload {
  const subscribers = Array.from({ length: SUBSCRIBERS }, () => startSubscriber(platform));
  const writers: Writer[] = [];
  const chatClients: ChatClient[] = [];
  let working: { stop(): Promise<void> }[] = [];
  let received: (readonly number[])[] = [];
  let period = 0;
  const pause = async () => {
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
    completions: () => merged(chatClients),
    received: () => received,
    addReceived(readers) {
      received = [...readers];
    },
    join,
    begin() {
      period += 1;
      received = [];
      join(
        Array.from({ length: WRITERS }, (_, n) =>
          startWriter(platform, `w${period}-${n}`, WRITE_PAUSE_MS),
        ),
      );
      const more = Array.from({ length: CHAT_CLIENTS }, (_, n) =>
        startChatClient(platform, `chat ${period}-${n}`, CHAT_PAUSE_MS),
      );
      chatClients.push(...more);
      working.push(...more);
    },
    pause,
    async close() {
      await pause();
      await Promise.all(subscribers.map((subscriber) => subscriber.stop()));
    },
  };
}

function merged<Value>(of: readonly { readonly acknowledged: ReadonlyMap<string, Value> }[]) {
  const all = new Map<string, Value>();
  for (const { acknowledged } of of) for (const [id, value] of acknowledged) all.set(id, value);
  return all;
}
