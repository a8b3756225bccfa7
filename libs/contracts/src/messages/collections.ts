import { z } from "zod";
import { reservationSchema } from "../usage/documents.ts";
import { defineCollection, ownedByPrefix } from "../define/collection.ts";
import { ownedId } from "../users/user-id.ts";
import { digestsOfContent } from "./content-blobs.ts";
import { ownerKey } from "../conversations/owner.ts";
import { messageSchema, textOf } from "./documents.ts";

const messageLeaseSchema = messageSchema.pick({ owner: true }).extend({
  message_id: messageSchema.shape.id,
  expires_at: z.iso.datetime(),
  /** Held of budgets until the message ends; absent in leases of older versions. */
  reservation: reservationSchema.nullish(),
});

const answerKeySchema = messageLeaseSchema
  .omit({ reservation: true })
  .extend({ key: z.string(), fingerprint: z.string() });

// Messages are part of the export of their conversation.
const owner = ownedByPrefix((userId) => ownedId(userId, ""), null);
const expires = [{ field: "expires_at", sparse: false }];

export const collections = {
  /** `<owner>/<conversation>/<position>` */
  messages: defineCollection({
    schema: messageSchema,
    indexes: [],
    owner,
    blobs: ({ content }) => digestsOfContent(content),
    search: (message) =>
      // Each progress rewrites a message that is under way: it is indexed once, when it has ended.
      message.status === "streaming"
        ? null
        : {
            newest: message.updated_at,
            values: { owner: ownerKey(message.owner), conversation: message.conversation_id },
            fields: [{ text: textOf(message.content), weight: 1 }],
          },
  }),
  /** Of messages that a model is answering, under the message's id; small, since each progress rewrites it. */
  message_leases: defineCollection({ schema: messageLeaseSchema, indexes: expires, owner }),
  /** The message of each idempotency key, under its owner's key and its digest. */
  answer_keys: defineCollection({ schema: answerKeySchema, indexes: expires, owner }),
};
