import { z } from "zod";
import type { EventContract } from "../define.ts";
import { defineRequest } from "../define.ts";
import type { DocumentChange } from "../document.ts";
import { cloudEventSchema } from "../cloud-event.ts";
import { sequenced } from "../sequenced.ts";
import { LOG_EVENTS } from "./events.ts";

const byType: ReadonlyMap<string, EventContract> = new Map(
  LOG_EVENTS.map((contract) => [contract.type, contract as EventContract]),
);

/** The contract of an event type, or undefined for one that this version does not know. */
export function eventContract(type: string): EventContract | undefined {
  return byType.get(type);
}

/** The documents that an event of the log changed; none where its type is not known here or its content was erased. */
export function changesOf(event: { type: string; data: unknown }): DocumentChange[] {
  const contract = event.data === null ? undefined : byType.get(event.type);
  return contract ? contract.changes(event.data) : [];
}

/** Entries after a sequence, oldest first, none missing among them; the first is a later one where the log was thinned out. */
export const readLog = defineRequest({
  subject: "vega.state.log.read",
  input: z.object({ after: z.int().min(0), limit: z.int().min(1).max(500).default(200) }),
  output: z.object({ ...sequenced, log_id: z.string(), events: z.array(cloudEventSchema) }),
  errors: ["invalid"],
});
