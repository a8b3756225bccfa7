/** The services on the bus. Subjects of the requests that a service replies to begin with its name. */
export const BUS_SERVICES = ["gateway", "state", "loop", "ai", "auth"] as const;
export type BusService = (typeof BUS_SERVICES)[number];

/** The user for external programs: reads events, nothing else. */
export const OBSERVER = "observer";
export type BusUser = BusService | typeof OBSERVER;
export const BUS_USERS: readonly BusUser[] = [...BUS_SERVICES, OBSERVER];

/** The service that replies to requests on a subject, `vega.<service>.<entity>.<verb>`. */
export function responderOf(subject: string): string {
  return subject.split(".", 2)[1] ?? "";
}
