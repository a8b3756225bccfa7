import { z } from "zod";
import { messageIdSchema, ownerSchema } from "../state/conversations/documents.ts";

/**
 * What is said on the bus and kept by nobody: whoever listens hears it, whoever comes late reads what is stored. Not in
 * the log, since that must never hold what was said.
 */
export interface LiveContract<Data extends z.ZodType = z.ZodType> {
  /** `vega.live.<entity>.<happening>` */
  readonly subject: string;
  readonly data: Data;
}

/**
 * More of an answer's text, as it arrives. `offset`: where `text` stands in the whole, in UTF-16 code units, so that
 * a listener sees whether something is missing. Several times a second at most.
 */
export const messageDelta = {
  subject: "vega.live.message.delta",
  data: z.object({
    owner: ownerSchema,
    conversation_id: z.uuid(),
    message_id: messageIdSchema,
    offset: z.int().min(0),
    text: z.string(),
  }),
} as const satisfies LiveContract;
export type MessageDelta = z.infer<typeof messageDelta.data>;
