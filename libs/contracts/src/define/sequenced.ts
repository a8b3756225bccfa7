import { z } from "zod";

/** The log's head at the time of the reply; every reply of state has it. */
export const sequenced = { sequence: z.int().nonnegative() };
