import { z } from "zod";
import { crystalChanges } from "./changes.ts";
import { crystalSchema } from "./documents.ts";
import type { Crystal } from "./documents.ts";
import { everyone } from "../define/audience.ts";
import { defineEvent } from "../define/event.ts";

const crystalData = ({ crystal }: { crystal: Crystal }) => ({
  iteration: crystal.loop.iteration,
  counts: { agents: crystal.agents.length, modules: crystal.modules.length },
});

export const events = {
  /** The log begins: a fresh system as it was made. */
  created: defineEvent({
    summary: "The system state was made: the first entry of every log",
    data: z.object({ crystal: crystalSchema }),
    changes: ({ crystal }) => crystalChanges(crystal),
    audience: everyone,
    requires: "read",
    sse: { type: "crystal_created", data: crystalData },
    describe: () => "the system was made",
  }),

  /** A predecessor's file took the place of the crystal. */
  imported: defineEvent({
    summary: "A time_crystal.json was taken over; what it left out is `removed`",
    data: z.object({
      crystal: crystalSchema,
      /** Agents and modules that were there before and are not in the file. */
      removed: z.object({ agents: z.array(z.string()), modules: z.array(z.string()) }),
      /** Paths in the file that were not taken over. */
      refused: z.array(z.string()),
    }),
    changes: ({ crystal, removed }) => [
      ...removed.agents.map((id) => ({ collection: "agents" as const, id, body: null })),
      ...removed.modules.map((id) => ({ collection: "modules" as const, id, body: null })),
      ...crystalChanges(crystal),
    ],
    audience: everyone,
    requires: "read",
    sse: { type: "crystal_imported", data: crystalData },
    describe: () => "a time_crystal.json took the place of the state",
  }),

  /** The crystal, or parts of it, were put back to what they were at an earlier sequence. */
  restored: defineEvent({
    summary: "Parts of the state were put back to what they were at an earlier entry",
    data: z.object({
      /** The sequence whose state was taken. */
      of: z.int().min(1),
      parts: z.array(z.string()),
      crystal: crystalSchema,
      /** Agents and modules that were there before and are no more. */
      removed: z.object({ agents: z.array(z.string()), modules: z.array(z.string()) }),
    }),
    changes: ({ crystal, removed }) => [
      ...removed.agents.map((id) => ({ collection: "agents" as const, id, body: null })),
      ...removed.modules.map((id) => ({ collection: "modules" as const, id, body: null })),
      ...crystalChanges(crystal),
    ],
    audience: everyone,
    requires: "read",
    sse: { type: "crystal_restored", data: (data) => ({ ...crystalData(data), of: data.of }) },
    describe: ({ of, parts }) => `put back to what it was at ${of}: ${parts.join(", ")}`,
  }),
};
