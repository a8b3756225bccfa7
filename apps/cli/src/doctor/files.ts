import type { BlobDepth, BlobInspection } from "@vega/state";
import type { Finding } from "./finding.ts";
import { fail, ok } from "./finding.ts";

/** Faults that the line shows. */
const SHOWN = 3;

/** Stored files that documents name. */
export function checkFiles({ named, bytes, faults }: BlobInspection, depth: BlobDepth): Finding {
  const check = "stored files";
  if (faults.length === 0) {
    const how = depth === "digests" ? "read, digests are right" : "there (--deep reads them)";
    return ok(check, `${named} with ${bytes} bytes: ${how}`);
  }
  const shown = faults
    .slice(0, SHOWN)
    .map(({ sha256, kind, document }) => `${sha256} is ${kind} (of ${document})`);
  const more = faults.length > SHOWN ? `, and ${faults.length - SHOWN} more` : "";
  return fail(
    check,
    `${faults.length} of ${named}: ${shown.join(", ")}${more}`,
    "upload the same file again, or restore a backup: docs/reference/blobs.md#a-missing-or-damaged-file",
  );
}
