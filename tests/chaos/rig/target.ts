import type { Api } from "@vega/test-support";

/** A platform that clients use, whatever it runs in. */
export interface Target {
  /** With the admin token. */
  readonly api: Api;
  readonly token: string;
  /** A model of the mock provider's. */
  readonly model: string;
  /** Resolves when /readyz says so; rejects after a minute. */
  ready(): Promise<void>;
  /** What it has written so far. */
  output(): Promise<string>;
}
