import type { RequestContext, Viewer } from "@vega/contracts";
import { assets } from "@vega/contracts";
import type { BlobClient, Bus } from "@vega/messaging";
import { request } from "@vega/messaging";
import { createPdfReader } from "./pdf-text.ts";
import type { LibraryAccess } from "./resolve.ts";

/** The library over the bus. @returns what a viewer sees of it */
export function createLibrary(
  bus: Bus,
  blobs: Pick<BlobClient, "read">,
  context: RequestContext,
): (viewer: Viewer) => LibraryAccess {
  const pdf = createPdfReader();
  return (viewer) => ({
    blobs,
    pdf,
    find: (id, version) =>
      request(bus, assets.requests.get, { viewer, id, ...(version && { version }) }, context),
  });
}
