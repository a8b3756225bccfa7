import { z } from "zod";
import { publicJwkSchema } from "../access/tokens.ts";

const time = z.iso.datetime();

export const signingKeySchema = z.object({
  kid: z.string(),
  public_jwk: publicJwkSchema,
  /** The private key, encrypted with VEGA_SECRET: the database alone does not allow signing. */
  sealed: z.string(),
  created_at: time,
});

export type SigningKey = z.infer<typeof signingKeySchema>;
