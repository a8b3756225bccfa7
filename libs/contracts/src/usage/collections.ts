import { z } from "zod";
import { ownerSchema } from "../conversations/owner.ts";
import {
  defineCollection,
  ownedByPrefix,
  ownedThrough,
  showWithout,
} from "../define/collection.ts";
import { ownedId } from "../users/user-id.ts";
import { reservationSchema, usageDaySchema } from "./documents.ts";

const ofAccount = (userId: string): string => ownedId(userId, "");

const usageHoldSchema = z.object({
  owner: ownerSchema,
  hold_id: z.uuid(),
  expires_at: z.iso.datetime(),
  reservation: reservationSchema,
});

export const collections = {
  /** `<owner>/<day>`, and `system/<day>`: tokens and costs of a day. */
  usage_days: defineCollection({
    schema: usageDaySchema,
    indexes: [],
    owner: ownedByPrefix(ofAccount, {
      name: "usage",
      limit: 366,
      order: "last",
      beyond: "cut",
      show: showWithout(),
    }),
  }),
  /** `<day>/<owner>`: the accounts with usage on a day. */
  usage_places: defineCollection({
    schema: z.object({ owner: z.string() }),
    indexes: [],
    owner: ownedThrough("usage_days", ({ body }) => {
      const { day, owner } = usageDaySchema.parse(body);
      return [`${day}/${owner}`];
    }),
  }),
  /** `<owner>/<id>`: budget reservations of calls outside of conversations. */
  usage_holds: defineCollection({
    schema: usageHoldSchema,
    indexes: [{ field: "expires_at", sparse: false }],
    owner: ownedByPrefix(ofAccount, null),
  }),
};
