import type { Asset, AssetContent, AssetMetadata, AssetVersion } from "@vega/contracts";
import { assets } from "@vega/contracts";
import { hash } from "node:crypto";
import type { Command } from "../../log/decision.ts";
import { accept, event, refuse } from "../../log/decision.ts";
import type { Owner } from "../conversations/documents.ts";
import { accountRefs, isOrphan, ORPHANED } from "../conversations/documents.ts";
import { assetRef, readUsage, subjectOfAsset, usageRef, versionRef } from "./documents.ts";
import type { LibraryLimits } from "./quota.ts";
import { quotaError, systemError } from "./quota.ts";

/** A file to add. */
export interface NewAsset {
  readonly id: string;
  readonly owner: Owner;
  readonly metadata: AssetMetadata;
  readonly content: AssetContent;
  /** See `create` of the contract; null without an idempotency key. */
  readonly fingerprint: string | null;
  /** Files of all other owners. */
  readonly otherFiles: number;
}

/** The id of a file that an owner adds with an idempotency key: a UUID of version 8. @param key digest */
export function idOfKey(owner: Owner, key: string): string {
  const digits = hash("sha256", `vega asset ${owner ?? ""} ${key}`, "hex");
  const [a, b, c, d] = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(13, 16),
    digits.slice(17, 20),
  ];
  return `${a}-${b}-8${c}-8${d}-${digits.slice(20, 32)}`;
}

/** Adds a file, or finds the one that the same request has added before. */
export function decideCreateAsset(
  { id, owner, metadata, content, fingerprint, otherFiles }: NewAsset,
  limits: LibraryLimits,
): Command<{ asset: Asset; replayed: boolean }> {
  const [ref, first] = [assetRef(owner, id), versionRef(owner, id, 1)];
  return {
    reads: [...accountRefs(owner), ref, first, usageRef(owner)],
    decide(view, now) {
      if (isOrphan(view, owner)) return refuse("unauthorized", ORPHANED);
      const known = view.get(ref);
      if (known) {
        if (fingerprint !== null && view.get(first)?.fingerprint === fingerprint)
          return accept([], { asset: known, replayed: true });
        return refuse(
          "key_reused",
          "the Idempotency-Key was used with another file or other metadata; take a new one",
        );
      }
      const usage = readUsage(view, owner);
      const next = { owner, files: usage.files + 1, bytes: usage.bytes + content.bytes };
      const error = quotaError(next, limits) ?? systemError(otherFiles + next.files, limits);
      if (error) return { ok: false, error };
      const { thumbnails: _, ...shown } = content;
      const asset: Asset = {
        id,
        ...metadata,
        ...shown,
        created_by: owner,
        stored_bytes: content.bytes,
        version: 1,
        revision: 1,
        created_at: now,
        updated_at: now,
      };
      const version = versionOf(asset, content, fingerprint, now);
      const data = { asset, version, usage: next };
      const created = event(assets.events.created, subjectOfAsset(asset), data);
      return accept([created], { asset, replayed: false });
    },
  };
}

/** The content of an asset's version in force. */
export const versionOf = (
  { id, created_by, version }: Asset,
  content: AssetContent,
  fingerprint: string | null,
  now: string,
): AssetVersion => ({
  asset_id: id,
  owner: created_by,
  version,
  ...content,
  fingerprint,
  created_at: now,
});
