import { z } from "zod";
import { ownerSchema } from "../conversations/owner.ts";
import { defineEvent } from "../define/event.ts";
import { tokenUsageSchema } from "../inference/token-usage.ts";

const nothing = () => [];

const ofHold = { owner: ownerSchema, hold_id: z.uuid() };

export const events = {
  /** The maximum usage of a call outside of a conversation was reserved. */
  reserved: defineEvent({
    summary: "The maximum usage of a call was reserved",
    data: z.object(ofHold),
    changes: nothing,
    sse: null,
    describe: null,
  }),

  /** Such a call ended. */
  settled: defineEvent({
    summary: "The usage of a call was counted, and its reservation ended",
    data: z.object({
      ...ofHold,
      model: z.string().max(256).nullable(),
      /** Reported by the provider, or estimated. */
      usage: tokenUsageSchema,
      cost_usd: z.number().min(0),
    }),
    changes: nothing,
    sse: null,
    describe: null,
  }),
};
