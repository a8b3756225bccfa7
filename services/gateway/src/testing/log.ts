import type { CloudEvent, Crystal, EventContract } from "@vega/contracts";
import { CORE_NAMES, logSource, memory, modules } from "@vega/contracts";
import type { z } from "zod";

export const TIME = "2026-01-02T03:04:05.000Z";
export const LOG_ID = "log-a";

/** A small crystal for tests. */
export function testCrystal(): Crystal {
  return {
    meta: { signature: "s", vtc_version: "2.0.0", created: TIME, extra: {}, updated_at: TIME },
    loop: { active: true, phase: 3, iteration: 7, next_at: TIME, updated_at: TIME, extra: {} },
    phases: { "3": { name: "three" } },
    analytics: {},
    extra: {},
    cores: CORE_NAMES.map((name) => ({
      name,
      status: "online",
      power: 90,
      last_update: TIME,
      missed: 0,
      evidence: { requests: 1 },
      extra: {},
    })),
    agents: [
      { name: "one", state: "idle", description: "d", position: 0, extra: {}, updated_at: TIME },
    ],
    modules: [testModule("active")],
  };
}

export const testModule = (status: "active" | "inactive") => ({
  name: "health",
  status,
  description: "d",
  position: 0,
  extra: {},
  updated_at: TIME,
});

/** An entry of the log as it travels. */
export function eventOf<Data extends z.ZodType>(
  contract: EventContract<Data>,
  sequence: number,
  data: z.output<Data>,
): CloudEvent {
  return {
    specversion: "1.0",
    id: `event-${sequence}`,
    source: logSource(LOG_ID),
    type: contract.type,
    subject: "test/subject",
    time: TIME,
    datacontenttype: "application/json",
    sequence,
    data,
  };
}

export const moduleEvent = (sequence: number, status: "active" | "inactive" = "inactive") =>
  eventOf(modules.events.changed, sequence, { module: testModule(status) });

export const memoryEvent = (sequence: number, namespace = "default") =>
  eventOf(memory.events.changed, sequence, {
    namespace,
    key: "k",
    value: "a secret value",
    expires_at: null,
    updated_at: TIME,
    bytes: 16,
  });
