import type { Asset, assets, AssetVersion, RequestOutput, Viewer } from "@vega/contracts";
import { assetVersionId, maySee, ownKeys, readerKeys, VegaError } from "@vega/contracts";
import type { z } from "zod";
import type { Store } from "../../store/store.ts";
import type { Owner } from "../conversations/documents.ts";
import { assetRef, NO_ASSET, versionRef } from "./documents.ts";

/* How handlers read the library outside of decisions. */

/** The owner of an asset. Throws VegaError `not_found`. */
export async function ownerOf(store: Store, id: string): Promise<Owner> {
  const found = await store.get("asset_owners", id);
  if (!found) throw new VegaError("not_found", NO_ASSET);
  return found.owner;
}

/** Throws VegaError `not_found`, also for an asset that the viewer may not see. */
export async function readAsset(store: Store, viewer: Viewer, id: string): Promise<Asset> {
  const owner = await ownerOf(store, id);
  const asset = await store.get("assets", assetRef(owner, id).id);
  if (!asset || !maySee(viewer, asset)) throw new VegaError("not_found", NO_ASSET);
  return asset;
}

/** Throws VegaError `not_found`. */
export async function readVersion(
  store: Store,
  { created_by, id, version: last }: Asset,
  version = last,
): Promise<AssetVersion> {
  const found = await store.get("asset_versions", versionRef(created_by, id, version).id);
  if (!found) {
    throw new VegaError("not_found", `the file has no version ${version}; the newest is ${last}`);
  }
  return found;
}

/** The versions of an asset, the newest first. */
export async function versionsOf(store: Store, { created_by, id }: Asset): Promise<AssetVersion[]> {
  const prefix = assetVersionId(created_by, id, 0).slice(0, -4);
  const found = await store.query("asset_versions", { prefix, reverse: true });
  return found.map(({ body }) => body);
}

/** See `list` of the contract. */
export async function listAssets(
  store: Store,
  { viewer, own, text = "", cursor, limit, ...filters }: ListInput,
): Promise<Pick<RequestOutput<typeof assets.requests.list>, "assets" | "next_cursor">> {
  const values = Object.entries(filters).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, [value]] as const],
  );
  const { found, next } = await store.search("assets", {
    text,
    values: { reader: own ? ownKeys(viewer) : readerKeys(viewer), ...Object.fromEntries(values) },
    ...(cursor && { cursor }),
    limit,
  });
  return { assets: found.map(({ body }) => body), next_cursor: next };
}

type ListInput = z.output<typeof assets.requests.list.input>;

/** Files of all owners but one. */
export async function filesOfOthers(store: Store, owner: Owner): Promise<number> {
  const all = await store.query("asset_usage", {});
  return all.reduce((sum, { body }) => sum + (body.owner === owner ? 0 : body.files), 0);
}
