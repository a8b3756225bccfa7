import { REPORT_SUBJECT } from "./health-report.ts";
import { ANY_RESPONDER, inboxOf } from "./inboxes.ts";
import {
  consumerApi,
  directGet,
  discovery,
  leaseApi,
  memoryStreamApi,
  streamApi,
} from "./jetstream.ts";
import { OBSERVER, responderOf } from "./services.ts";
import type { BusService, BusUser } from "./services.ts";
import { ALL_EVENTS_SUBJECT, EVENTS_STREAM, LEASES_BUCKET } from "./streams.ts";
import { TRAFFIC } from "./traffic.ts";
import type { Traffic } from "./traffic.ts";

/** Subjects that a bus user may publish on and subscribe to, with NATS wildcards; the server refuses all others. */
export interface BusPermissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** Exported from the services' account to the observers': one stream of subjects and one service. */
export const FOR_OBSERVERS = {
  stream: ALL_EVENTS_SUBJECT,
  service: directGet(EVENTS_STREAM.name),
} as const;

/** Exactly the permissions that a bus user needs, derived from the contracts. */
export function busPermissions(user: BusUser): BusPermissions {
  return user === OBSERVER ? OBSERVING : servicePermissions(user, TRAFFIC[user]);
}

/** Observers have a NATS account of their own, so the default inbox prefix is safe. */
const OBSERVING: BusPermissions = {
  publish: [FOR_OBSERVERS.service],
  subscribe: [FOR_OBSERVERS.stream, "_INBOX.>"],
};

/** Whether any service sends it requests. */
const answers = (service: BusService) =>
  Object.values(TRAFFIC).some(({ asks }) =>
    asks.some(({ subject }) => responderOf(subject) === service),
  );

function servicePermissions(service: BusService, traffic: Traffic): BusPermissions {
  const { asks, publishes, hears, keeps, remembers, consumes, gathersReports, lease } = traffic;
  const verbs = ["CREATE", "INFO", "MSG.GET", "UPDATE"] as const;
  return {
    publish: [
      ...asks.map(({ subject }) => subject),
      ...(gathersReports ? [REPORT_SUBJECT] : []),
      ...publishes,
      `${inboxOf("*", service)}.>`,
      `${inboxOf("*", ANY_RESPONDER)}.>`,
      ...(keeps ? streamApi(keeps.stream.name, ...verbs) : []),
      ...(keeps?.removes ? streamApi(keeps.stream.name, "MSG.DELETE", "PURGE") : []),
      ...(remembers ? memoryStreamApi(remembers) : []),
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
