import type { HealthReport } from "@vega/contracts";
import { ANY_RESPONDER, REPORT_SUBJECT, healthReportSchema } from "@vega/contracts";
import type { Bus } from "./connect.ts";
import { newInbox } from "./inbox.ts";

type OwnReport = Omit<HealthReport, "instance">;

/** Replies to every request for a health report. @returns stops replying. */
export function serveHealthReports(
  bus: Bus,
  report: () => OwnReport | Promise<OwnReport>,
): () => void {
  const subscription = bus.nats.subscribe(REPORT_SUBJECT, {
    callback: (error, message) => {
      if (error) return;
      void (async () => {
        const whole: HealthReport = { ...(await report()), instance: bus.instance };
        if (!bus.nats.isClosed()) message.respond(JSON.stringify(whole));
      })().catch((cause: unknown) => bus.log.error({ err: cause }, "health report failed"));
    },
  });
  return () => subscription.unsubscribe();
}

/** Readiness of a report, with the connection to the bus as a further check. */
export async function checkHealth(
  bus: Bus,
  report: () => OwnReport | Promise<OwnReport>,
): Promise<Pick<HealthReport, "ready" | "checks">> {
  const { ready, checks } = await report();
  const connected = bus.connected();
  return { ready: ready && connected, checks: { ...checks, nats: connected ? "ok" : "is away" } };
}

/**
 * Requests the health report of every instance and collects them until `enough` returns true or the timeout is over.
 * Resolves with an empty list while the bus is disconnected.
 */
export async function collectHealthReports(
  bus: Bus,
  options: { waitMs: number; enough: (reports: readonly HealthReport[]) => boolean },
): Promise<HealthReport[]> {
  if (!bus.connected()) return [];
  const reports: HealthReport[] = [];
  const inbox = newInbox(bus, ANY_RESPONDER);
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, options.waitMs);
  const subscription = bus.nats.subscribe(inbox, {
    callback: (error, message) => {
      // Without any instance the server sends an empty message.
      if (error || message.data.length === 0) return resolve();
      const parsed = healthReportSchema.safeParse(JSON.parse(message.string()));
      if (!parsed.success)
        return bus.log.warn({ err: parsed.error }, "health report does not match its contract");
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
