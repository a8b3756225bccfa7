import type { LoadRound } from "./http-load.ts";

export const LOADS = ["reads", "writes", "turns", "logins"] as const;
/**
 * `reads`: GET /api/status, from the gateway's memory; `writes`: durable writes to memory; `turns`: non-streaming chat
 * completions of the built-in analyst, with storage; `logins`: by password.
 */
export type LoadName = (typeof LOADS)[number];

/** The reply is a {@link LoadReport}. */
export interface LoadCommand {
  readonly load: LoadName;
  readonly urls: readonly string[];
  readonly connections: number;
  readonly seconds: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly adminPassword: string;
}

export interface LoadReport {
  readonly round: LoadRound;
  /** Acknowledged writes that a gateway does not return; responses that were not 2xx. */
  readonly faults: readonly string[];
  /** Processor time of this process in that round, milliseconds. */
  readonly cpuMs: number;
}
