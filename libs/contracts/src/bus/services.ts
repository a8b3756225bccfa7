/** Who is on the bus. Each has a name of its own there, and the subjects of the requests that it answers begin with it. */
export const BUS_SERVICES = ["gateway", "state", "loop", "ai", "auth"] as const;
export type BusService = (typeof BUS_SERVICES)[number];

/** Who reads events from outside and may do nothing else. */
export const OBSERVER = "observer";
export type BusUser = BusService | typeof OBSERVER;
export const BUS_USERS: readonly BusUser[] = [...BUS_SERVICES, OBSERVER];

/** Who answers requests on a subject: `vega.<service>.<entity>.<verb>`. */
export function responderOf(subject: string): string {
  return subject.split(".", 2)[1] ?? "";
}
