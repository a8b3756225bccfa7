import type { JsonObject } from "@vega/contracts";
import { assetIdSchema } from "@vega/contracts";
import { z } from "zod";

/** A content part that names a file of the library. Without `version` it is the newest one at each turn. */
export const libraryPartSchema = z.strictObject({
  type: z.literal("vega_library"),
  vega_library: z.strictObject({
    id: assetIdSchema,
    version: z.int().min(1).optional(),
  }),
});

export const isLibraryPart = ({ type }: JsonObject): boolean => type === "vega_library";

/** Whether a message names a file of the library. */
export const hasLibraryPart = ({ content }: JsonObject): boolean =>
  Array.isArray(content) && content.some((part) => isLibraryPart(part as JsonObject));
