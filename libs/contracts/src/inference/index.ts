import { defineEntity } from "../define/entity.ts";
import { requests } from "./requests.ts";

export * from "./documents.ts";
export * from "./message-accumulator.ts";
export * from "./messages.ts";
export * from "./orchestra.ts";
export * from "./token-usage.ts";

/** Calls of models beside chat (chat goes over gRPC, see inference.proto): lists, embeddings, cancellation. */
export const inference = defineEntity("inference", { collections: {}, requests, events: {} });
