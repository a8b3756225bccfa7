import { z } from "zod";
import { publicJwkSchema } from "../access/tokens.ts";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";
import { signingKeySchema } from "./documents.ts";

export const requests = {
  /** Public keys of all tokens that may be valid. */
  jwks: defineRequest({
    subject: "vega.auth.keys.jwks",
    callers: ["gateway"],
    input: z.object({}),
    output: z.object({ ...sequenced, keys: z.array(publicJwkSchema) }),
    errors: [],
  }),

  /** All keys that may have signed a valid token, newest first. */
  list: defineRequest({
    subject: "vega.state.signing-keys.list",
    callers: ["auth"],
    input: z.object({}),
    output: z.object({ ...sequenced, keys: z.array(signingKeySchema) }),
    errors: [],
  }),

  /**
   * Adds a key and removes those in `retire`. `conflict`: the newest is not `if_newest`, since another
   * replica of auth has rotated at the same time.
   */
  add: defineRequest({
    subject: "vega.state.signing-keys.add",
    callers: ["auth"],
    input: z.object({
      key: signingKeySchema.omit({ created_at: true }),
      if_newest: z.string().nullable(),
      retire: z.array(z.string()),
    }),
    output: z.object({ ...sequenced, keys: z.array(signingKeySchema) }),
    errors: ["conflict"],
  }),
};
