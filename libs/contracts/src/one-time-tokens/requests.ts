import { z } from "zod";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";
import { oneTimeTokenSchema } from "./documents.ts";
import { userIdSchema } from "../users/user-id.ts";

/*
 * What auth asks of state: accounts as documents, each change one decision. Only auth asks; what others may see of
 * an account is in `auth/`.
 */
const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const requests = {
  /**
   * Keeps an invitation or a link for a new password; a user's older link is removed. `forbidden`: the issuer is disabled
   * or gone, or issues for another without being an administrator.
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
