import { z } from "zod";
import { ownerSchema } from "../conversations/owner.ts";
import { defineEvent } from "../define/event.ts";
import { tokenUsageSchema } from "../messages/documents.ts";

const nothing = () => [];

const ofHold = { owner: ownerSchema, hold_id: z.uuid() };

export const events = {
  /** The most that a call can take was reserved, of one that is no answer of a conversation. */
  reserved: defineEvent({
    summary: "What an answer may take at the most was reserved",
    data: z.object(ofHold),
    changes: nothing,
    sse: null,
    describe: null,
  }),

  /** Such a call has ended. */
  settled: defineEvent({
    summary: "What an answer took was counted, and the reservation ended",
    data: z.object({
      ...ofHold,
      model: z.string().max(256).nullable(),
      /** As counted, or as estimated where nobody told. */
      usage: tokenUsageSchema,
      cost_usd: z.number().min(0),
    }),
    changes: nothing,
    sse: null,
    describe: null,
  }),
};
