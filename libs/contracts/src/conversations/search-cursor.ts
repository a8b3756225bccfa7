import { z } from "zod";
import { searchCursorSchema } from "../define/search.ts";

/** Cursor of a page of a search: what was found last was found in a title or in a message. */
export const conversationSearchCursorSchema = z.string().refine((cursor) => {
  const [where = "", ...place] = cursor.split(".");
  const isKnown = where === "titles" || where === "messages";
  return isKnown && searchCursorSchema.safeParse(place.join(".")).success;
}, "this is no cursor of a search");

/** @param cursor as {@link conversationSearchCursorSchema} has it */
export function readConversationSearchCursor(cursor: string): {
  in: "titles" | "messages";
  cursor: string;
} {
  const at = cursor.indexOf(".");
  return {
    in: cursor.slice(0, at) === "titles" ? "titles" : "messages",
    cursor: cursor.slice(at + 1),
  };
}
