import { z } from "zod";
import { publicJwkSchema } from "../access/tokens.ts";

/*
 * Accounts as state keeps them. They lie beside the log, never in it: entries name a person by id only, so that
 * everything personal can be erased. Times are ISO 8601.
 */
const time = z.iso.datetime();

export const signingKeySchema = z.object({
  kid: z.string(),
  public_jwk: publicJwkSchema,
  /** The private key, encrypted under VEGA_SECRET: who reads the database alone can't sign. */
  sealed: z.string(),
  created_at: time,
});

export type SigningKey = z.infer<typeof signingKeySchema>;
