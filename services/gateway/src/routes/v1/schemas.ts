import { z } from "zod";

const errorShape = z
  .object({
    error: z.object({
      message: z.string(),
      type: z.string(),
      param: z.string().nullable(),
      code: z.string().nullable(),
    }),
  })
  .meta({ description: "An error, as OpenAI has it" });

/** Routes under /v1 answer with errors in OpenAI's shape. */
export const openAiErrorResponse = {
  default: {
    description: "An error, as OpenAI has it",
    content: { "application/json": { schema: errorShape } },
  },
};
