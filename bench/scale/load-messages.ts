import type { Round } from "../load.ts";

export const LOADS = ["reads", "writes", "turns", "logins"] as const;
/**
 * `reads`: GET /api/status, from the gateway's memory; `writes`: durable writes to memory; `turns`: an answer of the
 * built-in analyst, whole, with storing; `logins`: by password.
 */
export type LoadName = (typeof LOADS)[number];

/** Answered by a {@link LoadReport}. */
export interface LoadCommand {
  readonly load: LoadName;
  readonly urls: readonly string[];
  readonly connections: number;
  readonly seconds: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly adminPassword: string;
}

export interface LoadReport {
  readonly round: Round;
  /** Writes that were acknowledged and are not there, by gateway; answers that were not 2xx. */
  readonly faults: readonly string[];
  /** Processor time of this process in that round, milliseconds. */
  readonly cpuMs: number;
}
