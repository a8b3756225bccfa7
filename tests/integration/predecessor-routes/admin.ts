import { z } from "zod";
import type { PredecessorRoute } from "./shapes.ts";
import { object, success, text } from "./shapes.ts";

/** Login and logout of the administrator. The last one ends the session of the rows before. */
export const ADMIN_ROUTES: readonly PredecessorRoute[] = [
  {
    method: "POST",
    path: "/api/admin/login",
    body: { password: "wrong" },
    reply: object({
      success: z.literal(false),
      message: text,
      resonanceScore: z.int(),
      resonanceMessage: text,
    }),
  },
  {
    method: "POST",
    path: "/api/admin/logout",
    reply: object({ success, message: text }),
  },
];
