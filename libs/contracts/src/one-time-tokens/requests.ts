import { z } from "zod";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";
import { oneTimeTokenSchema } from "./documents.ts";
import { userIdSchema } from "../users/user-id.ts";

const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const requests = {
  /**
   * Stores an invitation or a password reset link; an older link of the user is removed. `forbidden`: the issuer is
   * disabled or erased, or issues for another account without being an administrator.
   */
  issue: defineRequest({
    subject: "vega.state.tokens.issue",
    callers: ["auth"],
    input: z.object({
      hash,
      token: oneTimeTokenSchema.omit({ created_at: true, issued_by: true }),
      /** The account that issues it; null or absent where no account does (the admin token). */
      issued_by: userIdSchema.nullish(),
    }),
    output: z.object(sequenced),
    errors: ["forbidden", "not_found"],
  }),
};
