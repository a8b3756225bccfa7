import type { Metrics } from "@vega/service-kit";
import type { BlobStore } from "./blob-store.ts";
import type { Swept } from "./sweep.ts";

/** How many blobs there are, and what the sweep removes. @returns the sweep's `onRemoved` */
export function watchBlobs(metrics: Metrics, blobs: BlobStore): (swept: Swept) => void {
  metrics.gauge("vega_blobs", "Stored files", () =>
    known(blobs.usage().then((usage) => usage.blobs)),
  );
  metrics.gauge("vega_blob_bytes", "Bytes of stored files", () =>
    known(blobs.usage().then((usage) => usage.bytes)),
  );
  metrics.gauge("vega_blob_free_bytes", "Free bytes of the disk that has the stored files", () =>
    known(blobs.free().then((free) => free ?? Number.NaN)),
  );
  const removed = metrics.counter(
    "vega_blobs_removed_total",
    "Files that no document named and unfinished uploads that were removed",
    "kind",
  );
  return (swept) => {
    removed("blob").inc(swept.blobs);
    removed("upload").inc(swept.uploads);
  };
}

/** A scrape shows the other metrics while the database is away. */
const known = (value: Promise<number>): Promise<number> => value.catch(() => Number.NaN);
