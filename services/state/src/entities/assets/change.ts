import type { Asset, AssetContent, AssetMetadata, Viewer } from "@vega/contracts";
import { assets, MAX_VERSIONS, mayChange, maySee, VegaError } from "@vega/contracts";
import type { Command, DecisionView } from "../../log/decision.ts";
import { accept, event, refuse } from "../../log/decision.ts";
import type { Owner } from "../conversations/documents.ts";
import { versionOf } from "./create.ts";
import { assetRef, NO_ASSET, readUsage, subjectOfAsset, usageRef } from "./documents.ts";
import type { LibraryLimits } from "./quota.ts";
import { quotaError } from "./quota.ts";

/** An asset that a viewer changes. */
export interface Changed {
  readonly viewer: Viewer;
  readonly owner: Owner;
  readonly id: string;
  /** The change is refused where the asset has none of these revisions; undefined: any. */
  readonly if_revision?: readonly number[] | undefined;
}

/** The asset as it stands, or why the viewer may not change it. */
function open(view: DecisionView, { viewer, owner, id, if_revision }: Changed): Asset | VegaError {
  const asset = view.get(assetRef(owner, id));
  if (!asset || !maySee(viewer, asset)) return new VegaError("not_found", NO_ASSET);
  if (!mayChange(viewer, asset)) {
    return new VegaError("forbidden", "only the owner of a file and operators may change it");
  }
  if (if_revision && !if_revision.includes(asset.revision)) {
    return new VegaError(
      "precondition_failed",
      `the file was changed meanwhile, its entity tag is "${asset.revision}" now; read it again, then repeat the change`,
    );
  }
  return asset;
}

/** Changes metadata. */
export function decideUpdateAsset(
  changed: Changed,
  metadata: Partial<AssetMetadata>,
): Command<Asset> {
  return {
    reads: [assetRef(changed.owner, changed.id)],
    decide(view, now) {
      const before = open(view, changed);
      if (before instanceof VegaError) return { ok: false, error: before };
      const asset: Asset = { ...before, ...metadata };
      if (JSON.stringify(asset) === JSON.stringify(before)) return accept([], before);
      const next = { ...asset, revision: before.revision + 1, updated_at: now };
      const data = { asset: next, was: before.visibility };
      return accept([event(assets.events.changed, subjectOfAsset(next), data)], next);
    },
  };
}

/** Adds a version. The content that is in force already makes none. */
export function decideReplaceAsset(
  changed: Changed,
  content: AssetContent,
  limits: LibraryLimits,
): Command<Asset> {
  const { owner, id } = changed;
  return {
    reads: [assetRef(owner, id), usageRef(owner)],
    decide(view, now) {
      const before = open(view, changed);
      if (before instanceof VegaError) return { ok: false, error: before };
      if (before.sha256 === content.sha256) return accept([], before);
      if (before.version >= MAX_VERSIONS) {
        return refuse(
          "limit_exceeded",
          `a file may have ${MAX_VERSIONS} versions; add a new file instead`,
        );
      }
      const usage = readUsage(view, owner);
      const next = { ...usage, bytes: usage.bytes + content.bytes };
      const error = quotaError(next, limits);
      if (error) return { ok: false, error };
      const { thumbnails: _, ...shown } = content;
      const asset: Asset = {
        ...before,
        ...shown,
        stored_bytes: before.stored_bytes + content.bytes,
        version: before.version + 1,
        revision: before.revision + 1,
        updated_at: now,
      };
      const version = versionOf(asset, content, null, now);
      const data = { asset, version, usage: next };
      return accept([event(assets.events.replaced, subjectOfAsset(asset), data)], asset);
    },
  };
}

/** Deletes an asset with all its versions. */
export function decideDeleteAsset(changed: Changed): Command<null> {
  const { owner, id } = changed;
  return {
    reads: [assetRef(owner, id), usageRef(owner)],
    decide(view) {
      const before = open(view, changed);
      if (before instanceof VegaError) return { ok: false, error: before };
      const { created_by, visibility, name, version, stored_bytes } = before;
      const usage = readUsage(view, owner);
      const data = {
        asset: { id, created_by, visibility, name, version },
        usage: {
          owner,
          files: Math.max(0, usage.files - 1),
          bytes: Math.max(0, usage.bytes - stored_bytes),
        },
      };
      return accept([event(assets.events.deleted, subjectOfAsset(before), data)], null);
    },
  };
}
