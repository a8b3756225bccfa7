import type { z } from "zod";
import type { requests } from "./requests.ts";

/** Points of each core in one answer: four series of as many still fit into one message of the bus. */
export const MAX_POINTS = 2_000;

export type CorePoint = z.infer<typeof requests.listCorePower.output>["series"]["alpha"][number];
