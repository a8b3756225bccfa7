import type { Asset, AssetUsage } from "@vega/contracts";
import { assetDocumentId, assetVersionId, ownerKey } from "@vega/contracts";
import type { DecisionView } from "../../log/decision.ts";
import { documentRef } from "../../store/document-ref.ts";
import type { Owner } from "../conversations/documents.ts";

/* References to the documents of the library. */

export const assetRef = (owner: Owner, id: string) =>
  documentRef("assets", assetDocumentId({ created_by: owner, id }));

export const versionRef = (owner: Owner, id: string, version: number) =>
  documentRef("asset_versions", assetVersionId(owner, id, version));

export const usageRef = (owner: Owner) => documentRef("asset_usage", ownerKey(owner));

export const readUsage = (view: DecisionView, owner: Owner): AssetUsage =>
  view.get(usageRef(owner)) ?? { owner, files: 0, bytes: 0 };

export const subjectOfAsset = ({ created_by, id }: Pick<Asset, "created_by" | "id">): string =>
  `assets/${assetDocumentId({ created_by, id })}`;

export const NO_ASSET = "there is no such file in the library";
