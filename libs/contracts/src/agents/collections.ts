import { defineCollection, ownedBySystem } from "../define/collection.ts";
import { agentDefinitionSchema, agentSchema } from "./documents.ts";

export const collections = {
  agents: defineCollection({ schema: agentSchema, indexes: [], owner: ownedBySystem }),
  agent_definitions: defineCollection({
    schema: agentDefinitionSchema,
    indexes: [],
    owner: ownedBySystem,
  }),
};
