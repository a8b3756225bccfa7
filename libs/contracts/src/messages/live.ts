import { z } from "zod";
import { ownerSchema } from "../conversations/owner.ts";
import { account } from "../define/audience.ts";
import type { Streamed } from "../define/audience.ts";
import { messageIdSchema } from "./message-id.ts";

/**
 * A message on the bus that is not stored: only present subscribers receive it. It is not in the log, which must not
 * have content of conversations.
 */
export interface LiveContract<Data extends z.ZodType = z.ZodType> extends Streamed<z.output<Data>> {
  /** `vega.live.<entity>.<happening>` */
  readonly subject: string;
  readonly data: Data;
}

const defineLive = <Data extends z.ZodType>(contract: LiveContract<Data>): LiveContract<Data> =>
  contract;

/**
 * More text of an answer under way, at most several times a second. `offset`: position of `text` in the whole, in UTF-16
 * code units, so that a subscriber notices gaps.
 */
export const messageDelta = defineLive({
  subject: "vega.live.message.delta",
  data: z.object({
    owner: ownerSchema,
    conversation_id: z.uuid(),
    message_id: messageIdSchema,
    offset: z.int().min(0),
    text: z.string(),
  }),
  audience: account(({ owner }: { owner: string | null }) => owner),
  requires: "memory",
  sse: {
    type: "message_delta",
    data: ({ conversation_id, message_id, offset, text }) => ({
      conversation_id,
      message_id,
      offset,
      text,
    }),
  },
});
export type MessageDelta = z.infer<typeof messageDelta.data>;

/** Every live message. */
export const LIVE_MESSAGES = [messageDelta] as const;
