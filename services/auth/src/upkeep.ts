import { VegaError, systemContext, users } from "@vega/contracts";
import type { Logger } from "@vega/service-kit";
import { setTimeout as delay } from "node:timers/promises";
import type { AccountStore } from "./account-store.ts";
import type { Bootstrap } from "./bootstrap.ts";
import type { LoginNotes } from "./login-notes.ts";
import type { SigningKeys } from "./signing-keys.ts";

const RETRY_MS = 200;
const SWEEP_MS = 60_000;

/** What has to be done beside the requests. */
export interface Upkeep {
  /** `ok`, or what is waited for. */
  state(): string;
  /** Tokens can be signed and the first administrator exists. Stays true while state is away later. */
  isPrepared(): boolean;
  /** Resolves when tokens can be signed and there is an administrator, or it was stopped. */
  readonly prepared: Promise<void>;
  /** With each tick; replicas of auth share the ticks. */
  onTick(): Promise<void>;
  stop(): Promise<void>;
}

/** @param elapsed milliseconds of a clock that does not go backwards. */
export function startUpkeep(options: {
  readonly store: AccountStore;
  readonly keys: SigningKeys;
  readonly bootstrap: Bootstrap;
  readonly notes: LoginNotes;
  readonly elapsed: () => number;
  readonly log: Pick<Logger, "info" | "error">;
}): Upkeep {
  const { store, keys, bootstrap, notes, elapsed, log } = options;
  const stopping = new AbortController();
  let state = "waiting for state";
  let sweptAt = Number.NEGATIVE_INFINITY;

  /** Again and again until it works: state may start later than auth. */
  const prepare = async (): Promise<void> => {
    for (let said = ""; !stopping.signal.aborted;) {
      try {
        await keys.check();
        await bootstrap.run();
        state = "ok";
        return;
      } catch (error) {
        const away = error instanceof VegaError && error.status === 503;
        state = away ? "waiting for state" : "the accounts can't be prepared; see the log";
        // At a start of all services that is as it should be; in the report it shows as long as it lasts.
        if (said !== state && away) log.info({}, state);
        else if (said !== state) log.error({ err: error }, state);
        said = state;
        await delay(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };
  const prepared = prepare();

  return {
    prepared,
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
      stopping.abort();
      await prepared;
      await notes.sendAll();
    },
  };
}
