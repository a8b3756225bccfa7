import { z } from "zod";
import { component } from "../../openapi/components.ts";

const errorShape = component(
  "OpenAiError",
  z
    .object({
      error: z.object({
        message: z.string(),
        type: z.string(),
        param: z.string().nullable(),
        code: z.string().nullable(),
      }),
    })
    .meta({ description: "An error in OpenAI's shape" }),
);

/** Errors of routes under /v1 have OpenAI's shape. */
export const openAiErrorResponse = {
  default: {
    description: "An error in OpenAI's shape",
    content: { "application/json": { schema: errorShape } },
  },
};
