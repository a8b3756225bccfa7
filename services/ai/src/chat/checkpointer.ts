import { VegaError } from "@vega/contracts";
import type { Storage } from "./storage.ts";

/** Delay of the first checkpoint: most short completions have ended by then and are stored once. */
const FIRST_MS = 100;
/** Interval of checkpoints: a killed process loses no more than the text of this time. */
const INTERVAL_MS = 500;
/** Interval of lease renewals without new text; see LEASE_SECONDS. */
const RENEW_MS = 3_000;

/** Stores the text of a completion while it arrives, independently of its delivery to the caller. */
export interface Checkpointer {
  /** Schedules a checkpoint: the text may have grown. */
  schedule(): void;
  /** The text is void and starts from scratch. Stored text stays until the end: storage can only append. */
  restart(): void;
  /** Stops the timers; resolves when no write is under way. */
  stop(): Promise<void>;
}

export interface CheckpointerOptions {
  readonly storage: Pick<Storage, "progress">;
  readonly owner: string | null;
  readonly message: string;
  /** All text so far. */
  readonly text: () => string;
  /** State refuses further text: the message has ended or is deleted. */
  readonly onLost: (reason: VegaError) => void;
}

export function createCheckpointer(options: CheckpointerOptions): Checkpointer {
  const { storage, owner, message, text, onLost } = options;
  /** UTF-16 code units. */
  let stored = 0;
  let storedAt = performance.now();
  let hasStoredText = false;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isArmedForText = false;
  let isStopped = false;
  let isFrozen = false;

  const storable = () => (isFrozen ? "" : wholeCharacters(text()));

  const store = async () => {
    const whole = storable();
    storedAt = performance.now();
    hasStoredText ||= whole !== "";
    try {
      await storage.progress({ owner, message, offset: stored, text: whole.slice(stored) });
      stored = Math.max(stored, whole.length);
    } catch (error) {
      // While state is unavailable the next checkpoint retries; a refusal is permanent.
      if (error instanceof VegaError && error.status < 500) {
        isStopped = true;
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
    if (isStopped) return;
    isArmedForText = storable().length > stored;
    const due = storedAt + (isArmedForText ? INTERVAL_MS : RENEW_MS) - performance.now();
    timer = setTimeout(run, isArmedForText && !hasStoredText ? FIRST_MS : Math.max(0, due));
  };
  arm();

  return {
    schedule() {
      if (!isArmedForText && !running) arm();
    },
    restart() {
      isFrozen ||= hasStoredText;
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** Holds back half of a surrogate pair at the end. A lone half elsewhere becomes U+FFFD, of the same length. */
function wholeCharacters(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return (last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text).toWellFormed();
}
