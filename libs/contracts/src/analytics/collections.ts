import { defineCollection, ownedBySystem } from "../define/collection.ts";
import { trafficDaySchema, trafficSourceSchema } from "./documents.ts";

export const collections = {
  /** `<day>`: page views, API calls and visitors of a day, without anything about a person. */
  traffic_days: defineCollection({ schema: trafficDaySchema, indexes: [], owner: ownedBySystem }),
  /** `<source>`: so that a repeated report of a gateway is not counted again. */
  traffic_sources: defineCollection({
    schema: trafficSourceSchema,
    indexes: [{ field: "expires_at", sparse: false }],
    owner: ownedBySystem,
  }),
};
