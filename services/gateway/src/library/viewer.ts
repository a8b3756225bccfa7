import type { Viewer } from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import type { Principal } from "../access/principal.ts";
import { mayUse, userIdOf } from "../access/principal.ts";

/** What a caller may see of the library. */
export function viewerOf(principal: Principal, publicReads: boolean): Viewer {
  const account = mayUse(principal, "library") ? userIdOf(principal) : null;
  return { account, reads: readsOf(principal, publicReads) };
}

function readsOf(principal: Principal, publicReads: boolean): Viewer["reads"] {
  if (!mayUse(principal, "read")) return publicReads ? "public" : "none";
  return mayUse(principal, "operate") ? "ownerless" : "shared";
}

/** Throws VegaError `forbidden`: what everyone sees is published by operators. */
export function requirePublisher(principal: Principal, visibility: string | undefined): void {
  if (visibility !== "public" || mayUse(principal, "operate")) return;
  throw new VegaError(
    "forbidden",
    "to publish a file for everyone needs the permission operate; choose the visibility private or shared",
  );
}
