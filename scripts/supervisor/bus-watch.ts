import { EVENTS_STREAM } from "@vega/contracts";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "nats";

/** How often the bus is looked at, and how long it may be silent: longer than a machine that is busy makes it. */
const PACE = { everyMs: 3_000, patienceMs: 10_000 };
const ANSWER_MS = 2_000;

/**
 * Notices a nats-server that runs and works no longer. One whose disk was full has its streams locked for ever, or turned
 * off until its next start: it goes on taking connections, and nothing is stored or passed on.
 * @param options.url asked for at each look
 * @param options.hung told once; it is watched again when it has worked again
 */
export async function watchBus(options: {
  readonly url: () => string;
  readonly hung: () => void;
  readonly stop: AbortSignal;
  readonly pace?: { readonly everyMs: number; readonly patienceMs: number };
}): Promise<void> {
  const { url, hung, stop, pace = PACE } = options;
  // Undefined where it has not worked since it was last told: it may have no stream yet.
  let workedAt: number | undefined;
  while (!stop.aborted) {
    if (await works(url())) workedAt = performance.now();
    else if (workedAt !== undefined && performance.now() - workedAt > pace.patienceMs) {
      workedAt = undefined;
      hung();
    }
    await sleep(pace.everyMs, undefined, { signal: stop, ref: false }).catch(() => undefined);
  }
}

/** Whether the stream of events answers, over a connection of its own: that of another client may work still. */
async function works(url: string): Promise<boolean> {
  try {
    const nats = await connect({
      servers: url.replace(/\/\/.*@/, "//"),
      ...userOf(url),
      reconnect: false,
      timeout: ANSWER_MS,
    });
    try {
      // There is none: that is an answer, too.
      const question = JSON.stringify({ last_by_subj: "vega.events.none" });
      await nats.request(`$JS.API.DIRECT.GET.${EVENTS_STREAM.name}`, question, {
        timeout: ANSWER_MS,
      });
      return true;
    } finally {
      // A polite end would wait for the server.
      void nats.close();
    }
  } catch {
    return false;
  }
}

function userOf(url: string): { user: string; pass: string } {
  const { username: user, password: pass } = new URL(url);
  return { user, pass };
}
