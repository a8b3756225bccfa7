import type { Child } from "../process/child.ts";
import { startChild } from "../process/child.ts";
import type {
  Opened,
  Received,
  Reconnect,
  SubscriberCommand,
  SubscriberReport,
} from "./messages.ts";

/** Subscribers of one gateway, spread over several processes. */
export interface Subscribers {
  readonly clients: number;
  /** Cuts all connections at once. */
  cut(reconnect: Reconnect): Promise<void>;
  /** Announces that the gateway will cut them. */
  expectCut(reconnect: Reconnect): void;
  /** Resolves when all have received the sequence, or after the timeout. @returns the number that have not */
  missing(sequence: number, timeoutMs: number): Promise<number>;
  report(sequences: readonly number[]): Promise<SubscriberReport>;
  close(): Promise<void>;
}

/** Each process has its own local address (127.0.0.2 and so on), and with it all of the ephemeral ports. */
export async function openSubscribers(
  url: string,
  clients: number,
  processes: number,
): Promise<Subscribers> {
  const children: Child[] = [];
  const close = async () => {
    await Promise.all(children.map((child) => child.close()));
  };
  const requestAll = async <Reply extends object>(
    command: SubscriberCommand,
    member: keyof Reply & string,
  ): Promise<Reply[]> =>
    Promise.all(children.map((child) => child.request<Reply>(command, member)));
  try {
    const share = Math.ceil(clients / processes);
    const opening = Array.from({ length: processes }, async (_, index) => {
      const child = startChild(new URL("./subscriber-process.ts", import.meta.url));
      children.push(child);
      const own = Math.max(0, Math.min(share, clients - index * share));
      const from = `127.0.0.${index + 2}`;
      const command: SubscriberCommand = { open: { url, clients: own, from } };
      await child.request<Opened>(command, "opened");
    });
    await Promise.all(opening);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    clients,
    close,
    async cut(reconnect) {
      await requestAll<{ cut: true }>({ cut: reconnect }, "cut");
    },
    expectCut(reconnect) {
      for (const child of children)
        child.send({ expectCut: reconnect } satisfies SubscriberCommand);
    },
    async missing(sequence, timeoutMs) {
      const command = { awaitSequence: sequence, timeoutMs };
      const replies = await requestAll<Received>(command, "receivedBy");
      return clients - sum(replies.map(({ receivedBy }) => receivedBy));
    },
    async report(sequences) {
      const parts = await requestAll<SubscriberReport>({ report: sequences }, "arrivals");
      return {
        arrivals: sequences.map((_, index) => {
          const arrivals = parts.flatMap((part) => part.arrivals[index] ?? []);
          const logged = arrivals.find(({ loggedAt }) => !Number.isNaN(loggedAt));
          return {
            loggedAt: logged?.loggedAt ?? Number.NaN,
            receivedAt: arrivals.flatMap(({ receivedAt }) => receivedAt),
          };
        }),
        backAt: parts.flatMap(({ backAt }) => backAt),
        triedAgain: sum(parts.map((part) => part.triedAgain)),
        faults: parts.flatMap((part) => part.faults),
        faultCount: sum(parts.map((part) => part.faultCount)),
        cpuMs: sum(parts.map((part) => part.cpuMs)),
      };
    },
  };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
