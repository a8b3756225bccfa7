import type { Api } from "@vega/test-support";

/** A platform as its clients see it. */
export interface Target {
  /** With the admin token. */
  readonly api: Api;
  readonly token: string;
  /** A model of the mock provider's. */
  readonly model: string;
  /** Resolves when /readyz returns 200; rejects after a minute. */
  ready(): Promise<void>;
  /** stdout and stderr so far. */
  output(): Promise<string>;
}
