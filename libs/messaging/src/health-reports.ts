import type { Report } from "@vega/contracts";
import { ANY_RESPONDER, REPORT_SUBJECT, reportSchema } from "@vega/contracts";
import type { Bus } from "./connect.ts";
import { newInbox } from "./inbox.ts";

type Answer = Omit<Report, "instance">;

/** Answers every ask for a report. @returns stops that. */
export function answerReports(bus: Bus, report: () => Answer | Promise<Answer>): () => void {
  const subscription = bus.nats.subscribe(REPORT_SUBJECT, {
    callback: (error, message) => {
      if (error) return;
      void (async () => {
        const answer: Report = { ...(await report()), instance: bus.instance };
        if (!bus.nats.isClosed()) message.respond(JSON.stringify(answer));
      })().catch((cause: unknown) => bus.log.error({ err: cause }, "the report failed"));
    },
  });
  return () => subscription.unsubscribe();
}

/** What a report says of readiness, together with whether the bus is there: without it a service is of no use. */
export async function conditionOf(
  bus: Bus,
  report: () => Answer | Promise<Answer>,
): Promise<Pick<Report, "ready" | "checks">> {
  const { ready, checks } = await report();
  const connected = bus.connected();
  return { ready: ready && connected, checks: { ...checks, nats: connected ? "ok" : "is away" } };
}

/**
 * Asks every instance for its report and gathers what comes in, until `enough` says so or the time is over.
 * Resolves with an empty list where the bus is away.
 */
export async function collectReports(
  bus: Bus,
  options: { waitMs: number; enough: (reports: readonly Report[]) => boolean },
): Promise<Report[]> {
  if (!bus.connected()) return [];
  const reports: Report[] = [];
  const inbox = newInbox(bus, ANY_RESPONDER);
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, options.waitMs);
  const subscription = bus.nats.subscribe(inbox, {
    callback: (error, message) => {
      // Nobody is there to answer: the server says so with an empty message.
      if (error || message.data.length === 0) return resolve();
      const parsed = reportSchema.safeParse(JSON.parse(message.string()));
      if (!parsed.success) return bus.log.warn({ err: parsed.error }, "a report out of contract");
      reports.push(parsed.data);
      if (options.enough(reports)) resolve();
    },
  });
  try {
    bus.nats.publish(REPORT_SUBJECT, "", { reply: inbox });
    await promise;
  } finally {
    clearTimeout(timer);
    subscription.unsubscribe();
  }
  return reports;
}
