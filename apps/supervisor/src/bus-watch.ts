import type { BusUser } from "@vega/contracts";
import { EVENTS_STREAM, ANY_RESPONDER, inboxOf, LOOP_STREAM, OBSERVER } from "@vega/contracts";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "nats";

/** How often the bus is looked at, and how long it may be silent: longer than a machine that is busy makes it. */
const PACE = { everyMs: 3_000, patienceMs: 10_000 };
const ANSWER_MS = 2_000;

/** Of each stream, for it may be one alone that is locked; each asked by who may. That there is none is an answer, too. */
const QUESTIONS = [
  {
    user: OBSERVER,
    inboxPrefix: "_INBOX",
    subject: `$JS.API.DIRECT.GET.${EVENTS_STREAM.name}`,
    payload: JSON.stringify({ last_by_subj: "vega.events.none" }),
  },
  {
    user: "loop",
    inboxPrefix: inboxOf("loop", ANY_RESPONDER),
    subject: `$JS.API.STREAM.INFO.${LOOP_STREAM.name}`,
    payload: "",
  },
] as const satisfies readonly { user: BusUser; [name: string]: string }[];

/**
 * Notices a nats-server that runs and works no longer. One whose disk was full has its streams locked for ever, or turned
 * off until its next start: it goes on taking connections, and nothing is stored or passed on.
 * @param options.urlFor asked for at each look
 * @param options.hung told once; it is watched again when it has worked again
 */
export async function watchBus(options: {
  readonly urlFor: (user: BusUser) => string;
  readonly hung: () => void;
  readonly stop: AbortSignal;
  readonly pace?: { readonly everyMs: number; readonly patienceMs: number };
}): Promise<void> {
  const { urlFor, hung, stop, pace = PACE } = options;
  // Undefined where it has not worked since it was last told: it may have no stream yet.
  let workedAt: number | undefined;
  while (!stop.aborted) {
    const answers = await Promise.all(QUESTIONS.map((one) => isAnswered(one, urlFor(one.user))));
    if (answers.every(Boolean)) workedAt = performance.now();
    else if (workedAt !== undefined && performance.now() - workedAt > pace.patienceMs) {
      workedAt = undefined;
      hung();
    }
    await sleep(pace.everyMs, undefined, { signal: stop, ref: false }).catch(() => undefined);
  }
}

/** Over a connection of its own: that of another client may work still. */
async function isAnswered(
  { inboxPrefix, subject, payload }: (typeof QUESTIONS)[number],
  url: string,
): Promise<boolean> {
  try {
    const nats = await connect({
      servers: url.replace(/\/\/.*@/, "//"),
      ...userOf(url),
      inboxPrefix,
      reconnect: false,
      timeout: ANSWER_MS,
    });
    try {
      await nats.request(subject, payload, { timeout: ANSWER_MS });
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
