import type { Logger } from "@vega/service-kit";
import { ConfigError } from "@vega/service-kit";
import { setTimeout as delay } from "node:timers/promises";
import type { StateConfig } from "../config.ts";
import { checkIntegrity } from "../verification/integrity.ts";
import { openStore } from "./open.ts";
import type { Store } from "./store.ts";
import { StoreUnavailableError, StoreCorruptError, StoreUnsuitableError } from "./store.ts";

const RETRY_MS = 500;

/**
 * Opens the store and checks it, waiting while it is unavailable.
 * Throws ConfigError for a store that is damaged or not suitable.
 */
export async function waitForStore(config: StateConfig["store"], log: Logger): Promise<Store> {
  try {
    return await whenAvailable(log, () => openStore(config, checkIntegrity));
  } catch (error) {
    if (error instanceof StoreUnsuitableError)
      throw new ConfigError(error.message, { cause: error });
    if (!(error instanceof StoreCorruptError)) throw error;
    const advice =
      config.kind === "mongo"
        ? "An interrupted restore leaves it so: drop the database and restore again, or name another one in MONGODB_URL"
        : "Replace it with an intact copy, or start with another VEGA_DATA_DIR";
    throw new ConfigError(
      `the database is damaged and was not changed: ${error.message}. ${advice}`,
      { cause: error },
    );
  }
}

/** Repeats an operation of the start while the store is unavailable. */
export async function whenAvailable<Result>(
  log: Logger,
  operation: () => Promise<Result>,
): Promise<Result> {
  for (let isLogged = false; ; isLogged = true) {
    try {
      return await operation();
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      if (!isLogged) log.warn({ err: error }, "the database is unavailable; retrying");
      await delay(RETRY_MS);
    }
  }
}
