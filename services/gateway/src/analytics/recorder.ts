import { createBotTest } from "./bots.ts";
import { isFromOwnPage, isUntracked, referrerOf } from "./classify.ts";
import type { Day } from "./traffic-day.ts";
import { createDay, isWithin } from "./traffic-day.ts";
import type { VisitorRequest } from "./visitors.ts";

/** What counting reads of a request; as fastify has it. */
export interface CountedRequest extends VisitorRequest {
  /** Host of this server, with port. */
  readonly host: string;
}

/** Milliseconds since the start of the request. */
interface Elapsed {
  readonly elapsedTime: number;
}

/** Counts requests in memory. Synchronous: it runs within every response. */
export interface Recorder {
  /** @param page pattern of the route */
  pageView(request: CountedRequest, page: string): void;
  /** @param reply read only where the time counts for a session */
  apiCall(request: CountedRequest, group: string, reply: Elapsed): void;
  download(name: string): void;
  /** The days with something to report, oldest first; the last one is today where anything was counted today. */
  days(): readonly Day[];
  /** The next count calls `onCounted` again. */
  rearm(): void;
  /** Ends today where midnight has passed. */
  turn(): void;
  /** The day is reported, and over. */
  forget(day: Day): void;
}

export function createRecorder(options: {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** After the first count since the last `rearm`. */
  readonly onCounted: () => void;
  /** Before the first visitor of a day is noted: its salt will be needed. */
  readonly onFirstVisitor: (day: Day) => void;
  /** The clock has left the day. */
  readonly onEnded: (day: Day) => void;
}): Recorder {
  const { now, onCounted, onFirstVisitor, onEnded } = options;
  const isBot = createBotTest();
  let today: Day | undefined;
  const ended: Day[] = [];
  let isArmed = true;

  const fire = (): void => {
    isArmed = false;
    onCounted();
  };

  const turn = (at: number): void => {
    if (!today || isWithin(today, at)) return;
    const over = today;
    over.isOver = true;
    today = undefined;
    ended.push(over);
    onEnded(over);
  };
  const current = (at: number): Day => {
    if (!today || !isWithin(today, at)) {
      turn(at);
      today = createDay(at);
    }
    return today;
  };
  const note = (
    day: Day,
    request: CountedRequest,
    views: number,
    from: number,
    at: number,
  ): void => {
    if (!day.salt && !day.visitors.hasPending()) onFirstVisitor(day);
    const begin = Math.max(day.begin, Math.round(from));
    if (!day.visitors.note(request, views, begin, at)) day.counts.setMinimum();
  };

  return {
    pageView(request, page) {
      const { headers } = request;
      const at = now();
      const day = current(at);
      if (isBot(headers["user-agent"] ?? "")) day.counts.add("bot_views");
      else {
        day.counts.add("page_views");
        day.counts.addTo("pages", page);
        if (isUntracked(headers)) day.counts.add("untracked_views");
        else {
          const referrer = referrerOf(headers, request.host);
          if (referrer !== undefined) day.counts.addTo("referrers", referrer);
          note(day, request, 1, at, at);
        }
      }
      if (isArmed) fire();
    },
    apiCall(request, group, reply) {
      const at = now();
      const day = current(at);
      day.counts.addTo("api", group);
      const { headers } = request;
      if (isFromOwnPage(headers) && !isUntracked(headers)) {
        note(day, request, 0, at - reply.elapsedTime, at);
      }
      if (isArmed) fire();
    },
    download(name) {
      current(now()).counts.addTo("downloads", name);
      if (isArmed) fire();
    },
    days: () => [...ended, ...(today ? [today] : [])],
    rearm() {
      isArmed = true;
    },
    turn: () => turn(now()),
    forget(day) {
      const index = ended.indexOf(day);
      if (index >= 0) ended.splice(index, 1);
    },
  };
}
