import { defineEntity } from "../define/entity.ts";
import { requests } from "./requests.ts";

export * from "./documents.ts";

/** Files under the SHA-256 of their bytes. They are not documents: collections name them by `blobs`. */
export const blobs = defineEntity("blob", { collections: {}, requests, events: {} });
