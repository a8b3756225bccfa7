import type { StateConfig } from "../config.ts";
import type { Store } from "../store/store.ts";
import type { BlobStore } from "./blob-store.ts";
import { DigestMismatchError, UploadIncompleteError } from "./blob-store.ts";
import { openBlobs } from "./open.ts";
import { namedBlobs } from "./references.ts";
import { verifyBlob } from "./streams.ts";

/** `presence`: each named blob is there. `digests`: its bytes are read and have its digest. */
export type BlobDepth = "presence" | "digests";

export interface BlobFault {
  readonly sha256: string;
  /** A document that names it, as `<collection>/<id>`. */
  readonly document: string;
  readonly kind: "missing" | "damaged";
}

export interface BlobInspection {
  /** Blobs that documents name. */
  readonly named: number;
  readonly bytes: number;
  readonly faults: readonly BlobFault[];
}

/** Looks whether the blobs that documents name are there; nothing is written. */
export async function inspectBlobs(
  config: StateConfig["store"],
  store: Pick<Store, "query">,
  depth: BlobDepth,
): Promise<BlobInspection> {
  const blobs = openBlobs(config);
  try {
    const named = await namedBlobs(store);
    const faults: BlobFault[] = [];
    let bytes = 0;
    for (const [sha256, document] of named) {
      const found = await blobs.stat(sha256);
      bytes += found?.bytes ?? 0;
      if (!found) faults.push({ sha256, document, kind: "missing" });
      else if (depth === "digests" && !(await isWhole(blobs, sha256)))
        faults.push({ sha256, document, kind: "damaged" });
    }
    return { named: named.size, bytes, faults };
  } finally {
    await blobs.close();
  }
}

/** Whether a blob can be read to its end and has its digest. */
export async function isWhole(blobs: BlobStore, sha256: string): Promise<boolean> {
  try {
    await verifyBlob(blobs, sha256);
    return true;
  } catch (error) {
    if (error instanceof DigestMismatchError || error instanceof UploadIncompleteError)
      return false;
    throw error;
  }
}
