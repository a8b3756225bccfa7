import { z } from "zod";

/** Digits of a position within an id, so that the order of ids is that of messages. */
const POSITION_DIGITS = 8;

export const messageIdSchema = z
  .string()
  .regex(/^[0-9a-f-]{36}\/\d{8}$/, "the id of a message is <conversation>/<position>")
  .meta({ example: "6b1f6f0a-3c1e-4a5e-9d53-2f4a1f0f9a11/00000000" });

/** @param position from 0 */
export const messageId = (conversation: string, position: number): string =>
  `${conversation}/${String(position).padStart(POSITION_DIGITS, "0")}`;

/** The conversation of a message, and its place in it. */
export function readMessageId(id: string): { conversation_id: string; position: number } {
  const [conversation_id = "", position = ""] = id.split("/");
  return { conversation_id, position: Number(position) };
}
