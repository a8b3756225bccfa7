import { join } from "node:path";
import type { StateConfig } from "../config.ts";
import type { BlobStore } from "./blob-store.ts";
import { openFileBlobs } from "./files/file-blobs.ts";
import { openMongoBlobs } from "./mongo/mongo-blobs.ts";

/** The blobs beside a database: the folder `blobs` beside `vega.db`, or collections of the same MongoDB database. */
export const openBlobs = (config: StateConfig["store"]): BlobStore =>
  config.kind === "mongo"
    ? openMongoBlobs(config.url)
    : openFileBlobs(join(config.folder, "blobs"));
