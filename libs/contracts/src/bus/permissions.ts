import { REPORT_SUBJECT } from "./health-report.ts";
import { EVERYBODY, inboxOf } from "./inboxes.ts";
import { consumerApi, directGet, discovery, leaseApi, streamApi } from "./jetstream.ts";
import { OBSERVER, responderOf } from "./services.ts";
import type { BusService, BusUser } from "./services.ts";
import { ALL_EVENTS_SUBJECT, EVENTS_STREAM, LEASES_BUCKET } from "./streams.ts";
import { TRAFFIC } from "./traffic.ts";
import type { Traffic } from "./traffic.ts";

/** The subjects that a user of the bus may publish on and subscribe to; all others are refused. Wildcards as NATS has them. */
export interface BusPermissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** What crosses from the services' account to the observers': what is published, and what may be asked. */
export const FOR_OBSERVERS = {
  stream: ALL_EVENTS_SUBJECT,
  service: directGet(EVENTS_STREAM.name),
} as const;

/** Exactly what a user of the bus needs, made from the table of who asks, publishes and reads what. */
export function busPermissions(user: BusUser): BusPermissions {
  return user === OBSERVER ? OBSERVING : servicePermissions(user, TRAFFIC[user]);
}

/** Observers have an account of their own, so their inboxes are the usual ones and lead nowhere else. */
const OBSERVING: BusPermissions = {
  publish: [FOR_OBSERVERS.service],
  subscribe: [FOR_OBSERVERS.stream, "_INBOX.>"],
};

/** Whether anybody asks it anything. */
const answers = (service: BusService) =>
  Object.values(TRAFFIC).some(({ asks }) =>
    asks.some(({ subject }) => responderOf(subject) === service),
  );

function servicePermissions(service: BusService, traffic: Traffic): BusPermissions {
  const { asks, publishes, hears, keeps, consumes, gathersReports, lease } = traffic;
  const verbs = ["CREATE", "INFO", "MSG.GET", "UPDATE"] as const;
  return {
    publish: [
      ...asks.map(({ subject }) => subject),
      ...(gathersReports ? [REPORT_SUBJECT] : []),
      ...publishes,
      `${inboxOf("*", service)}.>`,
      `${inboxOf("*", EVERYBODY)}.>`,
      ...(keeps ? streamApi(keeps.stream.name, ...verbs) : []),
      ...(keeps?.removes ? streamApi(keeps.stream.name, "MSG.DELETE", "PURGE") : []),
      ...consumes.flatMap(({ stream, subject }) => consumerApi(stream.name, service, subject)),
      ...(lease === undefined ? [] : leaseApi(LEASES_BUCKET, lease)),
    ].toSorted(),
    subscribe: [
      ...(answers(service) ? [`vega.${service}.*.*`, ...discovery(service)] : []),
      REPORT_SUBJECT,
      ...hears,
      inboxOf(service, ">"),
    ].toSorted(),
  };
}
