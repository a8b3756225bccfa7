import { VegaError } from "@vega/contracts";
import type { Storage } from "./storage.ts";

/** The first words wait so long: most short answers have ended by then, and need not be stored twice. */
const FIRST_WORDS_MS = 100;
/** Between two times that what has arrived is stored. Who is killed loses no more than what came in it. */
const STORE_EVERY_MS = 500;
/** Without anything new the lease is renewed so often; see LEASE_SECONDS. */
const RENEW_EVERY_MS = 3_000;

/** Stores an answer while it arrives, beside its way to the caller. */
export interface Keeper {
  /** What has arrived may have grown. */
  note(): void;
  /**
   * What has arrived is void, another text comes in its place. What is stored already stays until the end is: two texts
   * can't be told from one that goes on.
   */
  startAnew(): void;
  /** Stores no more; resolves when nothing is under way. */
  stop(): Promise<void>;
}

export interface KeeperOptions {
  readonly storage: Pick<Storage, "progress">;
  readonly owner: string | null;
  readonly message: string;
  /** All that has arrived. */
  readonly text: () => string;
  /** The message has ended already, or is gone: nobody waits for the rest. */
  readonly onLost: (reason: VegaError) => void;
}

export function createKeeper(options: KeeperOptions): Keeper {
  const { storage, owner, message, text, onLost } = options;
  /** UTF-16 code units. */
  let stored = 0;
  let storedAt = performance.now();
  let tried = false;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let armedForText = false;
  let stopped = false;
  let frozen = false;

  const arrived = () => (frozen ? "" : wholeCharacters(text()));

  const store = async () => {
    const whole = arrived();
    storedAt = performance.now();
    tried ||= whole !== "";
    try {
      await storage.progress({ owner, message, offset: stored, text: whole.slice(stored) });
      stored = Math.max(stored, whole.length);
    } catch (error) {
      // Where state is away the next time tries again; what it refuses it would always refuse.
      if (error instanceof VegaError && error.status < 500) {
        stopped = true;
        onLost(error);
      }
    }
  };
  const run = () => {
    running ??= store().finally(() => {
      running = undefined;
      arm();
    });
  };
  const arm = () => {
    clearTimeout(timer);
    if (stopped) return;
    armedForText = arrived().length > stored;
    const wait = armedForText ? STORE_EVERY_MS : RENEW_EVERY_MS;
    const due = storedAt + wait - performance.now();
    timer = setTimeout(run, armedForText && !tried ? FIRST_WORDS_MS : Math.max(0, due));
  };
  arm();

  return {
    note() {
      if (!armedForText && !running) arm();
    },
    startAnew() {
      frozen ||= tried;
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** Half of a surrogate pair waits for its other half; one that never gets it becomes U+FFFD, of the same length. */
function wholeCharacters(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return (last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text).toWellFormed();
}
