import { z } from "zod";
import { ownerSchema } from "../conversations/owner.ts";
import { account } from "../define/audience.ts";
import { defineEvent } from "../define/event.ts";
import { generationProgressSchema, generationSchema } from "./documents.ts";

const nothing = () => [];

const ofGeneration = { generation_id: z.uuid(), owner: ownerSchema };
const ofOwner = account(({ owner }: { owner: string | null }) => owner);

export const events = {
  started: defineEvent({
    summary: "The generation of a whitepaper started",
    data: z.object({ ...ofGeneration, ...generationSchema.pick({ length: true }).shape }),
    changes: nothing,
    audience: ofOwner,
    requires: "operate",
    sse: {
      type: "whitepaper_generation_changed",
      data: ({ generation_id }) => ({ generation_id, status: "running", sections: 0, written: 0 }),
    },
    describe: () => "the generation of a whitepaper started",
  }),

  /** A section was written, or the lease was renewed. */
  progressed: defineEvent({
    summary: "A section of a whitepaper was written, or the lease of its generation was renewed",
    data: z.object({
      ...ofGeneration,
      ...generationProgressSchema.pick({ sections: true, written: true }).shape,
    }),
    changes: nothing,
    audience: ofOwner,
    requires: "operate",
    sse: {
      type: "whitepaper_generation_changed",
      data: ({ generation_id, sections, written }) => ({
        generation_id,
        status: "running",
        sections,
        written,
      }),
    },
    describe: null,
  }),

  ended: defineEvent({
    summary: "The generation of a whitepaper ended",
    data: z.object({
      ...ofGeneration,
      ...generationSchema.pick({
        status: true,
        sections: true,
        written: true,
        whitepaper_id: true,
      }).shape,
      error: z.string().max(64).nullable(),
    }),
    changes: nothing,
    audience: ofOwner,
    requires: "operate",
    sse: {
      type: "whitepaper_generation_changed",
      data: ({ generation_id, status, sections, written, whitepaper_id, error }) => ({
        generation_id,
        status,
        sections,
        written,
        whitepaper_id,
        error,
      }),
    },
    describe: ({ status }) => `the generation of a whitepaper ended: ${status}`,
  }),
};
