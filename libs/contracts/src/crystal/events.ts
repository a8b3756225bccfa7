import { z } from "zod";
import { crystalChanges } from "./changes.ts";
import { crystalSchema } from "./documents.ts";
import type { Crystal } from "./documents.ts";
import { everyone } from "../define/audience.ts";
import type { DocumentChange } from "../define/document.ts";
import { defineEvent } from "../define/event.ts";

const crystalData = ({ crystal }: { crystal: Crystal }) => ({
  iteration: crystal.loop.iteration,
  counts: { agents: crystal.agents.length, modules: crystal.modules.length },
});

/** Names of the agents and modules that the event removes. */
const removedSchema = z.object({ agents: z.array(z.string()), modules: z.array(z.string()) });

const removals = ({ agents, modules }: z.infer<typeof removedSchema>): DocumentChange[] => [
  ...agents.map((id) => ({ collection: "agents" as const, id, body: null })),
  ...modules.map((id) => ({ collection: "modules" as const, id, body: null })),
];

export const events = {
  /** The first entry of a log: a fresh system. */
  created: defineEvent({
    summary: "The system state was created: the first entry of every log",
    data: z.object({ crystal: crystalSchema }),
    changes: ({ crystal }) => crystalChanges(crystal),
    audience: everyone,
    requires: "read",
    sse: { type: "crystal_created", data: crystalData },
    describe: () => "the system was made",
  }),

  /** A time_crystal.json replaced the crystal. */
  imported: defineEvent({
    summary: "A time_crystal.json was imported; `removed` lists what it lacks",
    data: z.object({
      crystal: crystalSchema,
      /** Existing agents and modules that the file lacks. */
      removed: removedSchema,
      /** Refused paths of the file. */
      refused: z.array(z.string()),
    }),
    changes: ({ crystal, removed }) => [...removals(removed), ...crystalChanges(crystal)],
    audience: everyone,
    requires: "read",
    sse: { type: "crystal_imported", data: crystalData },
    describe: () => "a time_crystal.json took the place of the state",
  }),

  /** The crystal, or parts of it, were restored to an earlier sequence. */
  restored: defineEvent({
    summary: "Parts of the state were restored to an earlier entry",
    data: z.object({
      /** The restored sequence. */
      of: z.int().min(1),
      parts: z.array(z.string()),
      crystal: crystalSchema,
      /** Agents and modules that the restore removed. */
      removed: removedSchema,
    }),
    changes: ({ crystal, removed }) => [...removals(removed), ...crystalChanges(crystal)],
    audience: everyone,
    requires: "read",
    sse: { type: "crystal_restored", data: (data) => ({ ...crystalData(data), of: data.of }) },
    describe: ({ of, parts }) => `put back to what it was at ${of}: ${parts.join(", ")}`,
  }),
};
