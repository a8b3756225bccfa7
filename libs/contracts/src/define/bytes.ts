import { z } from "zod";

/** Raw bytes of a request or a reply. A contract with such a member names its side in `raw`; see define/request.ts. */
export const bytesSchema = z
  .custom<Uint8Array>((value) => value instanceof Uint8Array, "must be bytes")
  .meta({ description: "Raw bytes" });
