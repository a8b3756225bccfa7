import { VegaError, systemContext, users } from "@vega/contracts";
import type { Logger } from "@vega/service-kit";
import { startBackgroundTask } from "@vega/service-kit";
import type { AccountStore } from "./account-store.ts";
import type { Bootstrap } from "./bootstrap.ts";
import type { LoginRecorder } from "./login-recorder.ts";
import type { SigningKeys } from "./signing-keys.ts";

const BACKOFF = { minMs: 200, maxMs: 500 };
const SWEEP_MS = 60_000;

/** Periodic work of auth. */
export interface Upkeep {
  /** `ok`, or the reason for waiting. */
  state(): string;
  /** Tokens can be signed and the first administrator exists. Stays true when state is unavailable later. */
  isPrepared(): boolean;
  /** Resolves when tokens can be signed and there is an administrator, or it was stopped. */
  readonly prepared: Promise<void>;
  /** With each tick; replicas of auth share the ticks. */
  onTick(): Promise<void>;
  stop(): Promise<void>;
}

/** @param elapsed milliseconds, monotonic */
export function startUpkeep(options: {
  readonly store: AccountStore;
  readonly keys: SigningKeys;
  readonly bootstrap: Bootstrap;
  readonly notes: LoginRecorder;
  readonly elapsed: () => number;
  readonly log: Pick<Logger, "info" | "error">;
}): Upkeep {
  const { store, keys, bootstrap, notes, elapsed, log } = options;
  const prepared = Promise.withResolvers<void>();
  let state = "waiting for state";
  let loggedState = "";
  let sweptAt = Number.NEGATIVE_INFINITY;

  /** Repeated until it succeeds: state may start later than auth. */
  const preparation = startBackgroundTask({
    name: "account preparation",
    backoff: BACKOFF,
    async run() {
      await keys.check();
      await bootstrap.run();
      state = "ok";
      prepared.resolve();
    },
    onError(error) {
      const away = error instanceof VegaError && error.status === 503;
      state = away ? "waiting for state" : "the accounts can't be prepared; see the log";
      // Expected while all services start; the health report shows it meanwhile.
      if (loggedState !== state && away) log.info({}, state);
      else if (loggedState !== state) log.error({ err: error }, state);
      loggedState = state;
    },
  });

  return {
    prepared: prepared.promise,
    state: () => state,
    isPrepared: () => state === "ok",
    async onTick() {
      notes.sendDue();
      await keys.check();
      if (elapsed() - sweptAt < SWEEP_MS) return;
      sweptAt = elapsed();
      await store.request(users.requests.sweepExpired, {}, systemContext("auth"));
    },
    async stop() {
      await preparation.stop();
      prepared.resolve();
      await notes.sendAll();
    },
  };
}
