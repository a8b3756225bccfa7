import type { Child } from "../child.ts";
import { startChild } from "../child.ts";
import type { Come, CrowdCommand, CrowdReport, Opened, Told } from "./crowd-messages.ts";

/** Subscribers of one gateway, spread over several processes. */
export interface Crowd {
  readonly clients: number;
  /** Cuts all connections at once. */
  cut(come: Come): Promise<void>;
  /** Somebody else is about to cut them. */
  expectCut(come: Come): Promise<void>;
  /** Resolves when each subscriber was told, or the time is over. @returns how many were not */
  told(sequence: number, withinMs: number): Promise<number>;
  report(sequences: readonly number[]): Promise<CrowdReport>;
  close(): Promise<void>;
}

/** Each process has a local address of its own (127.0.0.2 and so on), and with it all of the ephemeral ports. */
export async function openCrowd(url: string, clients: number, processes: number): Promise<Crowd> {
  const children: Child[] = [];
  const close = async () => {
    await Promise.all(children.map((child) => child.close()));
  };
  const all = async <Answer extends object>(
    command: CrowdCommand,
    member: keyof Answer & string,
  ): Promise<Answer[]> => Promise.all(children.map((child) => child.ask<Answer>(command, member)));
  try {
    const share = Math.ceil(clients / processes);
    const opening = Array.from({ length: processes }, async (_, index) => {
      const child = startChild(new URL("./crowd-client.ts", import.meta.url));
      children.push(child);
      const own = Math.max(0, Math.min(share, clients - index * share));
      const command: CrowdCommand = { open: { url, clients: own, from: `127.0.0.${index + 2}` } };
      await child.ask<Opened>(command, "opened");
    });
    await Promise.all(opening);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    clients,
    close,
    async cut(come) {
      await all<{ cut: true }>({ cut: come }, "cut");
    },
    async expectCut(come) {
      for (const child of children) child.tell({ expectCut: come } satisfies CrowdCommand);
    },
    async told(sequence, withinMs) {
      const told = await all<Told>({ told: sequence, withinMs }, "toldTo");
      return clients - told.reduce((sum, { toldTo }) => sum + toldTo, 0);
    },
    async report(sequences) {
      const parts = await all<CrowdReport>({ report: sequences }, "arrivals");
      return {
        arrivals: sequences.map((_, index) => parts.flatMap((part) => part.arrivals[index] ?? [])),
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
