import { z } from "zod";

/** The log's head when the answer was made; every answer of state carries it. */
export const sequenced = { sequence: z.int().nonnegative() };
