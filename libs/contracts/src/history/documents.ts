import type { z } from "zod";
import type { requests } from "./requests.ts";

/** Maximum points of each core in one reply: four series fit into one bus message. */
export const MAX_POINTS = 2_000;

export type CorePoint = z.infer<typeof requests.listCorePower.output>["series"]["alpha"][number];
